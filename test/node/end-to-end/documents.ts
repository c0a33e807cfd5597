import { compiled } from "../../../demo/documents.ts";
import type { Environment } from "../../../demo/stage.ts";
import type { Configuration } from "../../../src/configuration.ts";

/** A pair that needs every branch of the line: required and opportunistic, short-lived, scoped, CORS. */
const mechanisms = `
serve:
  public_origin: \${PUBLIC_ORIGIN}
secret_management:
  nonce_keys: {type: jwks, config: {secret: DPOP_NONCE_KEYS}}
  signing_keys: {type: pem, config: {secret: SIGNING_KEY_PEM}}
master_key: {source: nonce_keys, selector: dpop-nonce-master-key-1}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: bound
      type: jwt
      config: &jwt
        jwks_endpoint: {url: "\${ISSUER_JWKS}"}
        assertions: &assertions
          issuers: ["\${ISSUER}"]
          audience: ["\${PUBLIC_ORIGIN}"]
          proof_of_possession:
            type: dpop
            config: {max_age: 1m, nonce_required: true, replay_allowed: false}
        error_signaling: {enabled: true, include_error_description: true, include_dpop_algorithms: true}
    - id: either
      type: jwt
      config:
        <<: *jwt
        assertions:
          issuers: ["\${ISSUER}"]
          audience: ["\${PUBLIC_ORIGIN}"]
  finalizers:
    - id: internal_token
      type: jwt
      config:
        signer: {source: signing_keys, name: edge}
        audience: upstream
        ttl: 1m
        claims: |
          {"url": {{ quote .Request.URL.String }}, "client": {{ quote .Subject.Attributes.client_id }}}
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: internal_token}]
`;

const rules = `
rules:
  - id: api
    match: {routes: [{path: /api/**}]}
    forward_to: {host: "\${UPSTREAM_HOST}", forward_host_header: true}
    cors:
      allowed_origins: [https://app.example]
      allowed_methods: [GET, POST]
      allowed_headers: [Authorization, DPoP, Content-Type]
      max_age: 10m
    execute: [{authenticator: bound}, {finalizer: internal_token}]
  - id: brief
    match: {routes: [{path: /brief/**}]}
    forward_to: {host: "\${UPSTREAM_HOST}"}
    execute:
      - authenticator: bound
        config: {assertions: {proof_of_possession: {config: {max_age: 5s}}}}
      - finalizer: internal_token
  - id: open
    match: {routes: [{path: /open/**}]}
    forward_to: {host: "\${UPSTREAM_HOST}"}
    execute: [{authenticator: either}, {finalizer: internal_token}]
  - id: scoped
    match: {routes: [{path: /scoped/**}]}
    forward_to: {host: "\${UPSTREAM_HOST}"}
    execute:
      - authenticator: bound
        config: {assertions: {scopes: [write]}}
      - finalizer: internal_token
`;

export function configure(environment: Environment): Configuration {
  return compiled(
    {
      mechanisms: { file: "mechanisms.yaml", text: mechanisms },
      rules: [{ file: "rules.yaml", text: rules }],
    },
    environment,
  );
}
