import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { listen } from "../../../demo/server.ts";
import { parseCompact } from "../../../src/jws/compact.ts";
import { startIssuer } from "./loopback-issuer.ts";
import { cli } from "./run-cli.ts";

// `login --keep` and what `fetch` makes of it: renewed once, by whoever comes first.

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-kept-"));
const at = (file: string) => join(folder, file);
const run = (...args: string[]) => cli(args, { cwd: folder });
beforeAll(async () => {
  await run("keygen", "--out", "key.json");
});
afterAll(() => rmSync(folder, { recursive: true }));

interface World {
  readonly issuer: string;
  readonly api: string;
  /** The refresh tokens that were spent, in their order. */
  readonly spent: string[];
}

/** Refresh tokens are good once; the API takes the latest access token alone. */
async function world(): Promise<World> {
  const spent: string[] = [];
  let current = "r0";
  let accessToken = "a0";
  const issuer = await startIssuer({
    token: (request, response, body) => {
      const form = new URLSearchParams(body);
      const sent = form.get("refresh_token") ?? "";
      const proof = parseCompact(String(request.headers.dpop));
      spent.push(sent);
      const right = sent === current && proof?.payload.htm === "POST";
      if (!right || form.get("client_id") !== "native") {
        response.writeHead(400).end(JSON.stringify({ error: "invalid_grant" }));
        return;
      }
      current = `r${spent.length}`;
      accessToken = `a${spent.length}`;
      const tokens = { access_token: accessToken, token_type: "DPoP", expires_in: 300 };
      response.end(JSON.stringify({ ...tokens, refresh_token: current }));
    },
  });
  const api = await listen(() => (request, response) => {
    const good = request.headers.authorization === `DPoP ${accessToken}`;
    const challenge = { "WWW-Authenticate": 'DPoP error="invalid_token", algs="ES256"' };
    response.writeHead(good ? 200 : 401, good ? {} : challenge).end("orders");
  });
  onTestFinished(() => api.stop());
  return { issuer, api: api.url, spent };
}

function keep(issuer: string, changed: object = {}): void {
  const tokens = { access_token: "a0", token_type: "DPoP", expires_at: 1, refresh_token: "r0" };
  const kept = { ...tokens, issuer, client_id: "native", scope: "read", ...changed };
  writeFileSync(at("token.json"), JSON.stringify(kept), { mode: 0o644 });
}

const call = (api: string) => run("fetch", api, "--key", "key.json", "--token", "@token.json");
beforeEach(() => rmSync(at("token.json"), { force: true }));

test("a token that ended is renewed with a proof, and kept for its owner alone", async () => {
  const { issuer, api, spent } = await world();
  keep(issuer);
  expect(await call(api)).toMatchObject({ code: 0, stdout: "orders" });
  expect(await call(api)).toMatchObject({ code: 0, stdout: "orders" });
  expect(spent).toEqual(["r0"]);
  const kept = JSON.parse(readFileSync(at("token.json"), "utf8"));
  expect(kept).toMatchObject({ access_token: "a1", refresh_token: "r1", issuer, scope: "read" });
  expect(statSync(at("token.json")).mode & 0o777).toBe(0o600);
  expect(existsSync(at("token.json.lock"))).toBe(false);
});

test("one that the server takes for ended is renewed, and the call made once more", async () => {
  const { issuer, api, spent } = await world();
  keep(issuer, { access_token: "old", expires_at: 9_999_999_999 });
  expect(await call(api)).toMatchObject({ code: 0, stdout: "orders" });
  expect(spent).toEqual(["r0"]);
});

test("eight programs at once spend one refresh token", async () => {
  const { issuer, api, spent } = await world();
  keep(issuer);
  const all = await Promise.all(Array.from({ length: 8 }, () => call(api)));
  expect(all.map(({ code, stdout }) => [code, stdout])).toEqual(all.map(() => [0, "orders"]));
  expect(spent).toEqual(["r0"]);
});

test("a login that has ended: the command that logs in again", async () => {
  const { issuer, api } = await world();
  keep(issuer, { refresh_token: "spent" });
  const { code, stderr } = await call(api);
  expect(code).toBe(3);
  expect(stderr).toContain("invalid_grant");
  expect(stderr).toContain(
    `dpop-edge login --issuer ${issuer} --client-id native --keep --out token.json`,
  );
  expect(existsSync(at("token.json.lock"))).toBe(false);
});

test("an issuer that is away ends no login", async () => {
  keep("http://127.0.0.1:9");
  const { code, stderr } = await call("http://127.0.0.1:9/");
  expect([code, stderr]).toEqual([3, expect.stringContaining("did not answer")]);
  expect(stderr).not.toContain("Log in again");
});
