import { generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { freePort } from "../cli/network/free-port.ts";
import { ask, wire } from "./load.ts";
import { type Client, client, type Origin, proof } from "./origin.ts";
import { type RawWorkerd, startRawWorkerd } from "./raw-workerd.ts";

export type Mode = "generation" | "durable";

/** The Worker of one commit in raw workerd, in front of the origin, and its clients. */
export interface Edge {
  readonly workerd: RawWorkerd;
  /** The commit knows MCP. */
  readonly readsMessages: boolean;
  /** The bundle, with its source map. */
  readonly script: string;
  readonly publicOrigin: string;
  readonly clients: readonly Client[];
  /** Unbound tokens, one a client. */
  readonly bearers: readonly string[];
  /** Every client gets a nonce, as a steady client has one. */
  refreshNonces(): Promise<void>;
}

export interface EdgeOptions {
  readonly origin: Origin;
  readonly mode: Mode;
  readonly clients: number;
  /** The folder of the commit; its own compiler and bundler make its Worker. */
  readonly tree: URL;
  readonly inspector?: boolean;
  readonly v8Flags?: readonly string[];
}

/** Paths of the rules: each adds one thing to the one before; `mcp` is `dpop` with messages. */
export const rungs = ["anonymous", "bearer", "dpop", "minted", "full", "mcp"] as const;
export type Rung = (typeof rungs)[number];

export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { origin, tree, inspector = false, v8Flags = [] } = options;
  const port = await freePort();
  const publicOrigin = `http://127.0.0.1:${port}`;
  const readsMessages = existsSync(new URL("src/mcp", tree));
  const written = documents(origin, publicOrigin, options.mode, readsMessages);
  const script = await workerOf(tree, written);
  const workerd = await startRawWorkerd({
    script,
    port,
    replay: true,
    secrets: secrets(),
    inspector,
    v8Flags,
  });
  const clients = Array.from({ length: options.clients }, () =>
    client(origin.issuer, publicOrigin),
  );
  const bearers = clients.map(() => client(origin.issuer, publicOrigin, false).token);
  return {
    workerd,
    readsMessages,
    script,
    publicOrigin,
    clients,
    bearers,
    async refreshNonces() {
      const waiting = [...clients];
      const some = async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
          next.nonce = await challenged(port, publicOrigin, next);
      };
      await Promise.all(Array.from({ length: 16 }, some));
    },
  };
}

async function challenged(port: number, publicOrigin: string, asking: Client): Promise<string> {
  const { nonce: _, ...without } = asking;
  const signed = proof(without, `${publicOrigin}/full/x`);
  const headers = { Authorization: `DPoP ${asking.token}`, DPoP: signed };
  const answer = await ask(port, wire(port, "/full/x", headers));
  const nonce = /\r\ndpop-nonce: *([^\r]+)/i.exec(answer)?.[1];
  if (nonce === undefined) throw new Error(`no challenge, but ${answer.split("\r\n")[0]}`);
  return nonce;
}

/** A Worker that only passes requests on, as the yardstick. */
export async function startPassThrough(
  origin: Origin,
  v8Flags: readonly string[] = [],
): Promise<RawWorkerd> {
  return await startRawWorkerd({
    v8Flags,
    script: `export default { fetch(request) {
      const url = new URL(request.url);
      url.host = "127.0.0.1:${origin.upstreamPort}";
      return fetch(new Request(url, request));
    } };`,
  });
}

async function workerOf(tree: URL, { mechanisms, rules }: Documents): Promise<string> {
  const { compile, formatProblem }: typeof import("../src/documents/index.ts") = await import(
    new URL("src/documents/index.ts", tree).href
  );
  const { bundleWorker }: typeof import("../cli/bundle/worker.ts") = await import(
    bundlerOf(tree).href
  );
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

/** A commit to be measured against may be older than the room. */
function bundlerOf(tree: URL): URL {
  const place = new URL("cli/bundle/worker.ts", tree);
  return existsSync(place) ? place : new URL("cli/bundle-worker.ts", tree);
}

interface Documents {
  readonly mechanisms: string;
  readonly rules: string;
}

function documents(
  origin: Origin,
  publicOrigin: string,
  mode: Mode,
  readsMessages: boolean,
): Documents {
  const jwt = (id: string, possession: string) => `
    - id: ${id}
      type: jwt
      config:
        jwks_endpoint: {url: "http://127.0.0.1:${origin.issuerPort}/certs"}
        assertions:
          issuers: [https://idp.example]
          audience: ["${publicOrigin}"]
          allowed_algorithms: [ES256]
          validity_leeway: 10s
          ${possession}`;
  const dpop = (replayAllowed: boolean) =>
    `proof_of_possession: {type: dpop, config: {max_age: 5m, nonce_required: true, replay_allowed: ${replayAllowed}}}`;
  const mechanisms = `
serve: {public_origin: "${publicOrigin}"}
secret_management:
  nonce_keys: {type: jwks, config: {secret: DPOP_NONCE_KEYS}}
  signing_keys: {type: pem, config: {secret: SIGNING_KEY_PEM}}
master_key: {source: nonce_keys, selector: bench}
replay: {mode: ${mode}}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - {id: anybody, type: anonymous}
    ${jwt("bearer", "")}
    ${jwt("dpop", dpop(true))}
    ${jwt("once", dpop(false))}
  finalizers:
    - {id: nothing, type: noop}
    - {id: internal_token, type: jwt, config: {signer: {source: signing_keys}, audience: "https://upstream.example", ttl: 1m}}
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: nothing}]
`;
  // What the request asks is in the claims, so that a token is signed for each.
  const minted = `{finalizer: internal_token, config: {claims: '{"url": {{ quote .Request.URL.String }}}'}}`;
  const rule = (rung: Rung, authenticator: string, finalizer: string, mcp = "") => `
  - id: bench:${rung}
    match: {routes: [{path: "/${rung}/**"}]${mcp}}
    forward_to: {host: "127.0.0.1:${origin.upstreamPort}", rewrite: {scheme: http}}
    execute: [{authenticator: ${authenticator}}, ${finalizer}]`;
  const rules = `
rules:${[
    rule("anonymous", "anybody", "{finalizer: nothing}"),
    rule("bearer", "bearer", "{finalizer: nothing}"),
    rule("dpop", "dpop", "{finalizer: nothing}"),
    rule("minted", "dpop", minted),
    rule("full", "once", minted),
    readsMessages ? rule("mcp", "dpop", "{finalizer: nothing}", ", mcp: {tools: ['get-*']}") : "",
  ].join("")}
`;
  return { mechanisms, rules };
}

export function secrets(): Record<string, string> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const k = Buffer.alloc(32, 7).toString("base64url");
  return {
    DPOP_NONCE_KEYS: JSON.stringify({ keys: [{ kty: "oct", kid: "bench", k }] }),
    SIGNING_KEY_PEM: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** The folder of this very checkout. */
export const here = new URL("../", import.meta.url);
