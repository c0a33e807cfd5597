import type { IssuerMetadata } from "../network/issuer-metadata.ts";
import type { Answers } from "./answers.ts";

const schemas = "../node_modules/dpop-edge/schema";

/** config/mechanisms.yaml of a new project. */
export function mechanismsText({ origin, upstream }: Answers, issuer: Issuer): string {
  return `# yaml-language-server: $schema=${schemas}/mechanisms.schema.json

# What rules are made of: where keys come from, who may call, what the upstream is told. An editor with
# a YAML language server explains every key. npm run check says everything that is wrong at once.

serve:
  # What clients call, and sign as htu in their proofs. Requests for another origin get 421.
  public_origin: ${origin}

# Secrets are read when it starts and are never part of the build. Here: .dev.vars.
secret_management:
  nonce_keys: { type: jwks, config: { secret: DPOP_NONCE_KEYS } }
  signing_keys: { type: pem, config: { secret: SIGNING_KEY_PEM } }

# Nonces are made with this key.
master_key: { source: nonce_keys, selector: dpop-nonce-master-key-1 }

mechanisms:
  authenticators:
    # Refuses every request: what the default rule begins with.
    - id: deny_all
      type: unauthorized

    # An access token of your issuer, bound to the client's key by DPoP (RFC 9449).
    - id: dpop_jwt
      type: jwt
      config:
${keysText(issuer)}
        assertions:
          # Exactly the iss of its tokens.
          issuers: [${scalar(issuer.issuer)}]
          # Tokens that were made for another API do not pass: what does your issuer write into aud?
          audience: [${origin}]
          token_types: [at+jwt, application/at+jwt]
          allowed_algorithms: [ES256, RS256, PS256, EdDSA]
          # How far the clocks of clients and issuer may be off.
          validity_leeway: 10s
          # Only tokens with a proof pass. Without this block unbound tokens are Bearer tokens.
          proof_of_possession:
            type: dpop
            config: { max_age: 1m, nonce_required: true, replay_allowed: false }
        # Tell clients in WWW-Authenticate what was wrong.
        error_signaling: { enabled: true, include_error_description: true, include_dpop_algorithms: true }

  finalizers:
    # The upstream gets this short-lived token in place of the client's, and verifies it with the keys
    # at /.well-known/jwks.
    - id: internal_token
      type: jwt
      config:
        signer: { source: signing_keys, name: ${origin} }
        audience: ${upstream}
        ttl: 1m

# What happens to a request that no rule matches.
default_rule:
  execute: [{ authenticator: deny_all }, { finalizer: internal_token }]
`;
}

export interface Issuer {
  /** As it writes itself. */
  readonly issuer: string;
  readonly metadata: IssuerMetadata;
}

/** Where its keys are, if it said so; else where it will say so. */
function keysText({ issuer, metadata }: Issuer): string {
  if (metadata.known) return `        jwks_endpoint: { url: ${scalar(metadata.jwksUrl)} }`;
  const url = scalar(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  return `        # Its keys are found through its metadata. Not reached when this was written.
        metadata_endpoint: { url: ${url} }`;
}

/** A text of YAML, whatever is in it: an issuer's word must not become a key of the documents. */
function scalar(text: string): string {
  return /^[\w:/.~%+@-]+$/.test(text) ? text : JSON.stringify(text);
}

/** config/rules.yaml of a new project. */
export function rulesText({ upstream }: Answers): string {
  const { host, protocol, hostname } = new URL(upstream);
  const loopback = hostname === "127.0.0.1" || hostname === "localhost";
  const scheme = protocol === "http:" && !loopback ? ", rewrite: { scheme: http }" : "";
  return `# yaml-language-server: $schema=${schemas}/rules.schema.json

# Which requests go where, and what they must bring. The most specific path wins, whatever the order;
# what no rule matches is refused. npx dpop-edge check says what is wrong.

version: "1"
name: api

rules:
  - id: api
    match:
      routes: [{ path: /api }, { path: /api/** }]
    forward_to: { host: "${host}"${scheme} }
    execute:
      - authenticator: dpop_jwt
        # All of these scopes: remove the block where your tokens have none.
        config: { assertions: { scopes: [read] } }
      - finalizer: internal_token
`;
}
