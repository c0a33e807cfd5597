import { beforeAll, describe, expect, test } from "vitest";
import { checkOnline } from "../../../cli/check/online.ts";
import type { JwtAuthenticator } from "../../../src/configuration.ts";
import { createTestIssuer, type TestIssuer } from "../../../src/testing/index.ts";
import { apiRule, configuration, jwtAuthenticator } from "../../core/authorizer/world.ts";
import { cli } from "./run-cli.ts";

const name = "https://idp.example/realm";
const named = (issuers: readonly string[], url: string) => {
  const endpoint = { ...jwtAuthenticator.keys.endpoint, url };
  const authenticator: JwtAuthenticator = {
    ...jwtAuthenticator,
    issuers,
    keys: { ...jwtAuthenticator.keys, endpoint },
  };
  return { ...configuration, rules: [{ ...apiRule, authenticators: [authenticator] }] };
};

describe("check --online", () => {
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await createTestIssuer({ issuer: name, audience: "https://api.example.com" });
  });

  test("finds nothing where the issuer says the same", async () => {
    const asked = checkOnline(named([name], `${name}/certs`), issuer.fetch);
    expect(await asked).toEqual({ problems: [], notes: [] });
  });

  test("a slash that its metadata lacks is a problem: iss is compared exactly", async () => {
    const { problems } = await checkOnline(named([`${name}/`], `${name}/certs`), issuer.fetch);
    expect(problems).toEqual([
      `dpop_jwt: the issuer writes itself ${name}, and the documents say ${name}/: write it the same`,
    ]);
  });

  test("keys elsewhere than the issuer says are a note, no keys a problem", async () => {
    const { problems, notes } = await checkOnline(named([name], `${name}/keys`), issuer.fetch);
    expect(problems).toEqual([`dpop_jwt: ${name}/keys answers 404`]);
    expect(notes).toEqual([`dpop_jwt: the issuer publishes its keys at ${name}/certs`]);
  });

  test("keys that do not end are not read to their end", async () => {
    const endless = async (url: string) =>
      url.endsWith("/keys") ? new Response("x".repeat(300_000)) : await issuer.fetch(url);
    const { problems } = await checkOnline(named([name], `${name}/keys`), endless);
    expect(problems).toEqual([`dpop_jwt: ${name}/keys answers more than 262144 bytes`]);
  });

  test("an issuer without metadata is a note", async () => {
    const other = "https://other.example";
    const { notes } = await checkOnline(named([other], `${name}/certs`), issuer.fetch);
    expect(notes).toEqual([expect.stringContaining(`whether ${other} is written right`)]);
  });
});

describe("dpop-edge routes", () => {
  const first = ["routes", "--config", "config"];

  test("lists the rules in the order in which they are asked", async () => {
    const { code, stdout } = await cli([...first, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rows.map(({ path }: { path: string }) => path)).toEqual([
      "/api",
      "/api/**",
      "what is left",
    ]);
  });

  test.each([
    ["/api/x", 0, "upstream:api (/api/**)"],
    ["https://api.example.com/api", 0, "upstream:api (/api)"],
    ["/elsewhere", 0, "default_rule (no path expression matches)"],
    ["/api//x", 1, "refused: route.unsafe, found an empty segment"],
    ["https://other.example/api", 1, "refused: route.misdirected"],
  ])("%s", async (url, exit, verdict) => {
    const { code, stdout } = await cli([...first, "GET", url]);
    expect({ code, last: stdout.trim().split("\n").at(-1) }).toEqual({
      code: exit,
      last: expect.stringContaining(verdict),
    });
  });

  test("a method without a URL is a question half asked", async () => {
    expect(await cli([...first, "GET"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("dpop-edge routes GET URL"),
    });
  });
});
