import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { listen } from "../../../demo/server.ts";
import { type Issuer, startIssuer as start } from "./loopback-issuer.ts";
import { cli } from "./run-cli.ts";

// Issuers and APIs that are not as they should be: what the client does not take for an answer.

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-issuers-"));
const run = (...args: string[]) => cli(args, { cwd: folder });
beforeAll(async () => {
  await run("keygen", "--out", "key.json");
});
afterAll(() => rmSync(folder, { recursive: true }));

const login = (issuer: string) =>
  run(
    "login",
    "--key",
    "key.json",
    "--issuer",
    issuer,
    "--client-id",
    "a b",
    "--client-secret",
    "s:é",
    "--client-credentials",
  );
const answering = (tokens: object): Issuer => ({
  token: (_, response) => response.end(JSON.stringify(tokens)),
});
/** For whoever reads on; it ends where nobody does. */
async function endless(response: ServerResponse): Promise<void> {
  const chunk = "x".repeat(64 * 1024);
  while (!response.destroyed) {
    response.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const jwt = (claims: object) =>
  `${Buffer.from("{}").toString("base64url")}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.AAAA`;

test.each<[string, Issuer, string]>([
  ["a Bearer token", answering({ access_token: "t", token_type: "Bearer" }), "bound to no key"],
  [
    "a token of another key",
    answering({ access_token: jwt({ cnf: { jkt: "another" } }), token_type: "DPoP" }),
    "not to this key",
  ],
  ["no token", answering({ token_type: "DPoP" }), "without access_token"],
  ["an answer without end", { token: (_, response) => void endless(response) }, "more than"],
  ["no JSON", { token: (_, response) => response.writeHead(502).end("<html>") }, "answered 502"],
  [
    "an error",
    {
      token: (_, response) =>
        response
          .writeHead(400)
          .end('{"error":"invalid_scope","error_description":"no such scope"}'),
    },
    "400 invalid_scope: no such scope",
  ],
  ["no answer", { token: (request) => request.socket.destroy() }, "did not answer"],
  [
    "metadata of another issuer",
    { metadata: () => ({ issuer: "https://idp.example" }) },
    "https://idp.example",
  ],
  [
    "metadata without a token endpoint",
    { metadata: (issuer) => ({ issuer }) },
    "no token_endpoint",
  ],
])("%s: exit code 3", async (_, issuer, says) => {
  const { code, stdout, stderr } = await login(await start(issuer));
  expect([code, stdout, stderr]).toEqual([3, "", expect.stringContaining(says)]);
  expect(stderr).not.toMatch(/ {4}at /);
});

test("a token endpoint in the clear, off this machine, is not asked", async () => {
  const issuer = await start({
    metadata: (issuer) => ({ issuer, token_endpoint: "http://idp.example/token" }),
  });
  const { code, stderr } = await login(issuer);
  expect([code, stderr]).toEqual([2, expect.stringContaining("https")]);
});

test("no metadata anywhere", async () => {
  const { code, stderr } = await login(
    `${(await start({})).replace("127.0.0.1", "localhost")}/tenant`,
  );
  expect([code, stderr]).toEqual([3, expect.stringContaining("There is no metadata")]);
});

test.each([
  [
    "Basic, each half encoded as a form",
    {},
    "Basic YStiOnMlM0ElQzMlQTk=",
    "grant_type=client_credentials",
  ],
  [
    "the form, where only that is taken",
    { token_endpoint_auth_methods_supported: ["client_secret_post"] },
    undefined,
    "grant_type=client_credentials&client_id=a+b&client_secret=s%3A%C3%A9",
  ],
])("the secret goes as %s", async (_, more, authorization, form) => {
  let seen: unknown;
  const issuer = await start({
    oauthOnly: true,
    metadata: (url) => ({ issuer: url, token_endpoint: `${url}/token`, ...more }),
    token: ({ headers }, response, body) => {
      seen = [headers.authorization, body, typeof headers.dpop];
      response.end(JSON.stringify({ access_token: "opaque", token_type: "dpop", expires_in: 60 }));
    },
  });
  const { code, stdout } = await login(issuer);
  expect(seen).toEqual([authorization, form, "string"]);
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    {
      access_token: "opaque",
      token_type: "dpop",
      issued_at: expect.any(Number),
      expires_at: expect.any(Number),
    },
  ]);
});

test("fetch follows a redirect with -L only, with another proof, and takes the token nowhere else", async () => {
  const seen: (string | string[] | undefined)[][] = [];
  const note = ({ url, headers }: IncomingMessage) =>
    void seen.push([url, headers.authorization, headers.dpop]);
  const other = await listen(() => (request, response) => {
    note(request);
    response.end("other");
  });
  const api = await listen(() => (request, response) => {
    note(request);
    const to = { "/a": "/b", "/b": `${other.url}/c` }[request.url ?? ""] ?? "/";
    response.writeHead(307, { Location: to }).end();
  });
  onTestFinished(async () => {
    await Promise.all([other.stop(), api.stop()]);
  });
  const call = ["fetch", `${api.url}/a`, "--key", "key.json", "--token", "t"];
  expect((await run(...call)).code).toBe(0);
  expect(seen.splice(0)).toHaveLength(1);
  expect(await run(...call, "-L")).toMatchObject({ code: 0, stdout: "other" });
  expect(seen.map(([url, authorization]) => [url, authorization])).toEqual([
    ["/a", "DPoP t"],
    ["/b", "DPoP t"],
    ["/c", undefined],
  ]);
  expect(new Set(seen.map(([, , proof]) => proof)).size).toBe(3);
});
