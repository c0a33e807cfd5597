import { compile } from "../../src/documents/index.ts";
import type { Equipped } from "../../src/mechanisms.ts";

const mechanisms = `
secret_management:
  nonce_keys: {type: jwks, config: {secret: DPOP_NONCE_KEYS}}
  signing_keys: {type: pem, config: {secret: SIGNING_KEY_PEM}}
master_key: {source: nonce_keys}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: agents
      type: jwt
      config:
        jwks_endpoint: {url: "\${JWKS}"}
        assertions:
          issuers: ["\${ISSUER}"]
          audience: ["\${RESOURCE}"]
          proof_of_possession: {type: dpop, config: {nonce_required: true}}
        error_signaling: {enabled: true, include_error_description: true}
  finalizers:
    - {id: internal_token, type: jwt, config: {signer: {source: signing_keys}, audience: everything}}
default_rule: {execute: [{authenticator: deny_all}, {finalizer: internal_token}]}
`;

const rules = `
rules:
  - id: read
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [echo, get-sum, trigger-long-running-operation]}}
    forward_to: &server {host: "\${SERVER}"}
    execute: [{authenticator: agents, config: {assertions: {scopes: [read]}}}]
  - id: write
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [toggle-simulated-logging]}}
    forward_to: *server
    execute: [{authenticator: agents, config: {assertions: {scopes: [read, write]}}}]
  - id: protocol
    match: {routes: [{path: /mcp}], mcp: {methods: [initialize, ping, "notifications/*", "*/list", "*/templates/list", "logging/*"]}}
    forward_to: *server
    filter_lists: true
    protected_resource: {resource_name: Everything}
    execute: [{authenticator: agents, config: {assertions: {scopes: [read]}}}]
`;

/** One MCP server behind the edge: what is read, what is written, and nothing else. */
export function mcpDocuments(environment: Readonly<Record<string, string>>): Equipped {
  const compiled = compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: mechanisms },
      rules: [{ file: "rules.yaml", text: rules }],
    },
    { environment, target: "cloudflare" },
  );
  if (compiled.ok) return compiled.configuration;
  throw new Error(JSON.stringify(compiled.problems, undefined, 2));
}
