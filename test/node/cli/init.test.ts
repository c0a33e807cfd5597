import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { mechanismsText } from "../../../cli/init/documents.ts";
import { type Loopback, listen } from "../dev/world.ts";
import { cli } from "./run-cli.ts";

// An issuer's metadata are somebody else's words: they become values of the documents, never keys.

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-init-"));
let issuer: Loopback;

beforeAll(async () => {
  const evil = "https://evil.example/\u001b]0;owned\u0007\u202e";
  issuer = await listen((_, response) =>
    response.end(JSON.stringify({ issuer: evil, jwks_uri: "https://evil.example/keys" })),
  );
});
afterAll(async () => {
  await issuer?.stop();
  rmSync(folder, { recursive: true });
});

const init = (project: string, ...options: string[]) =>
  cli(["init", project, "--target", "cloudflare", ...options], { cwd: folder });
const text = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");

describe("dpop-edge init", () => {
  test.each([
    ["the end of a mapping", "https://idp.example/keys }, insecure: true, x: { y: z"],
    ["another line", "https://idp.example/keys\n        insecure: true"],
    ["another member", "https://idp.example/keys, insecure: true"],
    ["a comment", "https://idp.example/keys #"],
  ])("keys at a place with %s stay one text", (_, jwksUrl) => {
    const name = "https://idp.example/a,b";
    const origins = { origin: "https://api.example.com", upstream: "https://upstream.example" };
    const { mechanisms } = parse(
      mechanismsText(
        { target: "cloudflare", issuer: name, ...origins },
        { issuer: name, metadata: { known: true, issuer: name, jwksUrl } },
      ),
    );
    const { jwks_endpoint, assertions } = mechanisms.authenticators[1].config;
    expect([jwks_endpoint, assertions.issuers]).toEqual([{ url: jwksUrl }, [name]]);
  });

  test("nothing that an issuer says commands the terminal", async () => {
    const { code, stdout, stderr } = await init("terminal", "--issuer", issuer.url);
    expect(code).toBe(0);
    expect(stdout).toContain("is the metadata of https://evil.example/");
    expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test("a package.json that is none is named, and nothing is written", async () => {
    mkdirSync(join(folder, "broken"));
    writeFileSync(join(folder, "broken/package.json"), "{ no json");
    const { code, stderr } = await init("broken", "--issuer", "http://127.0.0.1:9");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^broken\/package\.json is no JSON/)]);
    expect(text("broken/package.json")).toBe("{ no json");
  });

  test.each([
    ["2 Orders & more", "orders-more"],
    ["\u00e9", "dpop-edge"],
  ])("in a folder %s the Worker is named %s", async (project, worker) => {
    expect((await init(project, "--issuer", "http://127.0.0.1:9")).code).toBe(0);
    expect(text(project, "wrangler.toml")).toContain(`name = "${worker}"\n`);
    expect(JSON.parse(text(project, "package.json")).name).toBe(worker);
  });
});
