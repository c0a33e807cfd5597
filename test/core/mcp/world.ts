import { compile } from "../../../src/documents/index.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import type { Equipped } from "../../../src/mechanisms.ts";
import {
  clientKey,
  createWorld,
  dpopProof,
  type KeyPair,
  origin,
  type SentRequest,
  type World,
} from "../authorizer/world.ts";

const mechanisms = `
serve: {public_origin: https://api.example.com, limits: {body: 8KiB}}
secret_management:
  nonce_keys: {type: jwks, config: {secret: DPOP_NONCE_KEYS}}
  signing_keys: {type: jwks, config: {secret: SIGNING_KEYS}}
master_key: {source: nonce_keys}
replay: {mode: durable}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: agents
      type: jwt
      config:
        jwks_endpoint: {url: https://idp.example/certs}
        assertions: {issuers: [https://idp.example], proof_of_possession: {type: dpop}}
        error_signaling: {enabled: true}
    - id: partners
      type: jwt
      config:
        jwks_endpoint: {url: https://partner.example/certs}
        assertions: {issuers: [https://partner.example], proof_of_possession: {type: dpop}}
  authorizers:
    - {id: nobody, type: deny}
    - {id: admins, type: cel, config: {expressions: [{expression: 'Subject.ID == "root"'}]}}
    - {id: small, type: cel, config: {expressions: [{expression: 'MCP.method == "tools/call" && MCP.tool == "pay" && MCP.arguments.amount <= 100'}]}}
    - {id: two, type: cel, config: {expressions: [{expression: 'size(Request.Body()) == 2'}]}}
  contextualizers:
    - {id: guest, type: map, config: {items: {role: guest}}}
    - {id: owner, type: map, config: {items: {role: owner}}}
  finalizers:
    - {id: role, type: header, config: {headers: {X-Role: "{{ .Outputs.role.role }}"}}}
    - {id: internal_token, type: jwt, config: {signer: {source: signing_keys}, audience: mcp}}
default_rule: {execute: [{authenticator: deny_all}, {finalizer: internal_token}]}
`;

/** Two rules for tools, one for the protocol and one that lies below everything else. */
export const rules = `
rules:
  - id: read
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: ["read-*", 'a\\*b'], resources: ["file:///docs/**"], prompts: [review]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents, config: {assertions: {scopes: [read]}}}]
  - id: write
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: ["write-*"]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents, config: {assertions: {scopes: [read, write]}}}]
  - id: other-server
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [elsewhere]}}
    forward_to: {host: other.example}
    execute: [{authenticator: agents}]
  - id: pay
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [pay]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}, {authorizer: small}]
  - id: admin
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [admin]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}, {authorizer: admins}]
  - id: closed
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [closed]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}, {authorizer: nobody}]
  - id: paired
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [paired]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}, {authorizer: two}]
  - id: protocol
    match: {routes: [{path: /mcp}], mcp: {methods: [initialize, ping, "notifications/*", "*/list"]}}
    forward_to: {host: mcp.example}
    filter_lists: true
    protected_resource: {}
    execute: [{authenticator: agents}]
  - id: everything
    match: {routes: [{path: /**}]}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}]
`;

export function mcpConfiguration(changed: (text: string) => string = (text) => text): Equipped {
  const compiled = compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: mechanisms },
      rules: [{ file: "rules.yaml", text: changed(rules) }],
    },
    { environment: {} },
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 2));
  return { ...compiled.configuration, mechanisms: allMechanisms };
}

export interface Sent {
  readonly body?: string | Uint8Array<ArrayBuffer> | object;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly scope?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: KeyPair;
  readonly token?: string;
}

export const createMcpWorld = (changed?: (text: string) => string) =>
  createWorld(mcpConfiguration(changed));

/** A request to the server, with a proof that passes. */
export async function sent(world: World, given: Sent): Promise<SentRequest> {
  const { method = "POST", headers = {}, scope = "read write", key = clientKey } = given;
  const { body } = given;
  const token =
    given.token ??
    (await world.accessToken({
      aud: `${origin}/mcp`,
      cnf: { jkt: key.jkt },
      scope,
      ...given.claims,
    }));
  const made = { htm: method, htu: `${origin}/mcp` };
  const proof = await dpopProof(key, token, world.clock.seconds, made);
  const bytes =
    body instanceof Uint8Array
      ? body
      : new TextEncoder().encode(typeof body === "string" ? body : (JSON.stringify(body) ?? ""));
  return {
    method,
    url: `${origin}/mcp`,
    headers: new Headers({
      ...(method === "POST" ? { "Content-Type": "application/json" } : {}),
      Authorization: `DPoP ${token}`,
      DPoP: proof,
      ...headers,
    }),
    body: async (limit) => (bytes.byteLength > limit ? undefined : bytes),
  };
}

export const message = (method: string, params?: object, id: unknown = 1) => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params ? { params } : {}),
});

export const call = (name: string) => message("tools/call", { name, arguments: {} });
