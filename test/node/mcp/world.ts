import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../../../cli/network/free-port.ts";
import { exportKey, generateKey } from "../../../src/client/index.ts";
import { compile } from "../../../src/documents/index.ts";
import { issuer as issuerName } from "../../core/authorizer/world.ts";
import { NODE_COMPILE_CACHE, PATH, root } from "../cli/run-cli.ts";
import { type Edge, secrets, startEdge } from "../dev/world.ts";

/** A process with a line of output that says that it is ready. */
export interface Running {
  /** Of the line that said so, what the pattern's first group matched. */
  readonly said: string;
  readonly child: ReturnType<typeof spawn>;
  /** Every line of it, on either stream. */
  readonly printed: readonly string[];
  stop(): Promise<void>;
}

export async function run(
  args: readonly string[],
  ready: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH, NODE_COMPILE_CACHE, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
  const printed: string[] = [];
  const said = await new Promise<string>((resolve, reject) => {
    const read = (line: string) => {
      printed.push(line);
      const found = ready.exec(line);
      if (found) resolve(found[1] ?? "");
    };
    createInterface({ input: child.stdout }).on("line", read);
    createInterface({ input: child.stderr }).on("line", read);
    child.on("exit", (code) => reject(new Error(`${args[0]} ended with ${code}`)));
  });
  return { said, child, printed, stop };
}

/** The reference server of the protocol, at /mcp. */
export async function startEverything(): Promise<Running & { readonly host: string }> {
  const port = await freePort();
  const server = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
  const env = { PORT: String(port) };
  const running = await run([server, "streamableHttp"], /listening on port/i, env);
  return { ...running, host: `127.0.0.1:${port}` };
}

const mechanisms = (jwks: string, serve: string) => `
serve: ${serve}
secret_management:
  nonce_keys: {type: jwks, config: {secret: DPOP_NONCE_KEYS}}
  signing_keys: {type: jwks, config: {secret: SIGNING_KEYS}}
master_key: {source: nonce_keys}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: dpop_jwt
      type: jwt
      config:
        jwks_endpoint: {url: ${jwks}}
        assertions:
          issuers: [${issuerName}]
          audience: [https://api.example.com]
          proof_of_possession: {type: dpop, config: {nonce_required: true}}
        error_signaling: {enabled: true, include_error_description: true}
  finalizers:
    - {id: internal_token, type: jwt, config: {signer: {source: signing_keys}, audience: upstream}}
default_rule: {execute: [{authenticator: deny_all}, {finalizer: internal_token}]}
`;

/** A server at `/mcp`, for whoever has a proven token. */
export const oneRule = (host: string) => `
rules:
  - id: mcp
    match: {routes: [{path: /mcp}]}
    forward_to: {host: "${host}"}
    protected_resource: {}
    execute: [{authenticator: dpop_jwt}]
`;

/** The same, as an MCP server: messages, sessions and lists are looked into. */
export const gatewayRule = (host: string) =>
  oneRule(host)
    .replace("}]}", "}], mcp: {}}")
    .replace("protected_resource", "filter_lists: true\n    protected_resource");

/** The Worker with the documents of an MCP server. */
export async function startMcpEdge(jwks: string, rules: string, serve = "{}"): Promise<Edge> {
  const compiled = compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: mechanisms(jwks, serve) },
      rules: [{ file: "rules.yaml", text: rules }],
    },
    { environment: {}, target: "cloudflare" },
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 2));
  return startEdge(compiled.configuration, { secrets });
}

/** An agent's key and token in files, as a person keeps them. */
export async function agentFiles(token: (jkt: string) => Promise<string>) {
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-mcp-"));
  const key = await generateKey({ extractable: true });
  const at = (name: string) => join(folder, name);
  writeFileSync(at("agent.jwk"), JSON.stringify(await exportKey(key, "jwk")), { mode: 0o600 });
  const access_token = await token(key.thumbprint);
  writeFileSync(at("token.json"), JSON.stringify({ access_token }));
  // Its signature is another's.
  writeFileSync(at("bad-token"), access_token.replace(/.{8}$/, "AAAAAAAA"));
  return {
    folder,
    key,
    keyFile: at("agent.jwk"),
    tokenFile: at("token.json"),
    badTokenFile: at("bad-token"),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** `dpop-edge proxy` in front of `to`; `said` is the URL that it printed. */
export function startProxy(to: string, files: { keyFile: string; tokenFile: string }) {
  const args = ["--to", to, "--key", files.keyFile, "--token", `@${files.tokenFile}`];
  return run([`${root}cli/main.ts`, "proxy", ...args], /^ready on (http:\S+)$/);
}
