import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secrets } from "../../../bench/edge.ts";
import { load, wire } from "../../../bench/load.ts";
import { client, party } from "../../../bench/origin.ts";
import { type RawWorkerd, startRawWorkerd } from "../../../bench/raw-workerd.ts";
import { bundleWorker } from "../../../cli/bundle/worker.ts";
import { freePort } from "../../../cli/network/free-port.ts";
import { compile, formatProblem } from "../../../src/documents/index.ts";
import { answering, type Loopback, listen } from "../../../testing/loopback.ts";

// Requests wait for what another one has begun, and go on in their own, also once V8 has optimized
// the code of both. What else takes tens of thousands of requests:
const v8Flags = ["--no-maglev", "--invocation-count-for-turbofan=20"];
const clients = 32;
const access = "x".repeat(32);

const issuer = party();
let surroundings: Loopback;
let workerd: RawWorkerd;
let token: string;

beforeAll(async () => {
  const keys = { keys: [{ ...issuer.jwk, kid: "issuer-1", alg: "ES256" }] };
  surroundings = await listen(
    answering(async ({ url }) => {
      const { pathname } = new URL(url);
      if (pathname.startsWith("/upstream")) return new Response("upstream");
      await sleep(10);
      // Too short to be kept: every request waits for one.
      const grant = { access_token: "of-the-edge", token_type: "Bearer", expires_in: 1 };
      return Response.json(pathname === "/token" ? grant : keys);
    }),
  );
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  token = client(issuer, origin, false).token;
  workerd = await startRawWorkerd({
    script: await worker(origin, surroundings),
    port,
    replay: true,
    revocations: true,
    secrets: { ...secrets(), OPERATORS: access, CLIENT_SECRETS: '{"edge": "secret"}' },
    v8Flags,
  });
});
afterAll(async () => {
  await workerd?.stop();
  await surroundings?.stop();
});

test("for a token for the upstream", async () => {
  const requests = Array.from({ length: 1000 }, () => request("/token/x"));
  expect(await statuses(requests)).toEqual([[200, 1000]]);
});

test("for the list of revocations, which others change", async () => {
  const until = Math.floor(Date.now() / 1000) + 3600;
  const change = wire(
    workerd.port,
    "/.well-known/dpop-edge/revocations",
    { Authorization: `Bearer ${access}` },
    "POST",
    JSON.stringify({ revoke: [{ id: `jti.sha256.${"A".repeat(43)}`, until }] }),
  );
  const requests = Array.from({ length: 3200 }, (_, at) =>
    at % 8 === 0 ? change : request("/plain/x"),
  );
  expect(await statuses(requests)).toEqual([[200, 3200]]);
});

async function statuses(requests: readonly Buffer[]) {
  return [...(await load(workerd.port, requests, clients)).statuses];
}

function request(path: string): Buffer {
  return wire(workerd.port, path, { Authorization: `Bearer ${token}` });
}

async function worker(origin: string, { host, url }: Loopback): Promise<string> {
  const mechanisms = `
serve: {public_origin: "${origin}", revocation: {staleness: 5m, access: {source: operators}}}
secret_management:
  operators: {type: inline, config: {secret: OPERATORS}}
  clients: {type: inline, config: {secret: CLIENT_SECRETS}}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: bearer
      type: jwt
      config:
        jwks_endpoint: {url: "${url}/certs"}
        assertions: {issuers: [https://idp.example], audience: ["${origin}"], allowed_algorithms: [ES256]}
  finalizers:
    - {id: nothing, type: noop}
    - id: upstream_token
      type: oauth2_client_credentials
      config: {token_url: "${url}/token", client_id: edge, client_secret: {source: clients, selector: edge}}
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: nothing}]
`;
  const rule = (path: string, finalizer: string) => `
  - id: ${path}
    match: {routes: [{path: "/${path}/**"}]}
    forward_to: {host: "${host}", rewrite: {scheme: http, add_path_prefix: /upstream}}
    execute: [{authenticator: bearer}, {finalizer: ${finalizer}}]`;
  const rules = `rules:${rule("token", "upstream_token")}${rule("plain", "nothing")}\n`;
  const compiled = compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: mechanisms },
      rules: [{ file: "rules.yaml", text: rules }],
    },
    { environment: {}, target: "cloudflare" },
  );
  if (!compiled.ok) throw new Error(compiled.problems.map(formatProblem).join("\n"));
  return await bundleWorker(compiled.configuration);
}
