import {
  type CompileResult,
  compile,
  type Problem,
  type Target,
} from "../../../src/documents/index.ts";

/** A pair that uses most of what there is, every line of which a test can spoil. */
export const mechanisms = `\
serve:
  public_origin: https://api.example.com
  timeout: {read: 20s}
secret_management:
  nonce_keys: {type: jwks, config: {secret: DPOP_NONCE_KEYS}}
  signing_keys: {type: pem, config: {secret: SIGNING_KEY_PEM}}
  idp_key: {type: inline, config: {secret: IDP_API_KEY}}
master_key: {source: nonce_keys, selector: dpop-nonce-master-key-1}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - {id: anyone, type: anonymous}
    - id: dpop_jwt
      type: jwt
      config:
        jwks_endpoint: {url: https://idp.example/certs}
        assertions:
          issuers: [https://idp.example]
          audience: [https://api.example.com]
          allowed_algorithms: [RS256, ES256]
          validity_leeway: 10s
          proof_of_possession:
            type: dpop
            config: {max_age: 1m, nonce_required: true, replay_allowed: false}
        error_signaling: {enabled: true}
  authorizers:
    - {id: allow_all, type: allow}
    - {id: deny_it, type: deny}
  finalizers:
    - {id: internal_token, type: jwt, config: {signer: {source: signing_keys}, ttl: 1m, audience: upstream}}
    - {id: who, type: header, config: {headers: {X-User: "{{ .Subject.ID }}"}}}
    - {id: nothing, type: noop}
  error_handlers:
    - {id: standard, type: default}
default_rule:
  execute: [{authenticator: deny_all}, {authorizer: allow_all}, {finalizer: internal_token}]
`;

export const rules = `\
version: "1"
rules:
  - id: upstream:api
    match:
      routes:
        - path: /api
        - path: /api/:name/*rest
          captures: [{name: name, type: regex, value: "[a-z]+"}]
      methods: [GET, POST]
      hosts: [api.example.com]
    forward_to: {host: "upstream.example:8081"}
    execute:
      - authenticator: dpop_jwt
      - finalizer: internal_token
        config:
          claims: |
            {"url": {{ quote .Request.URL.String }},
             "service": "upstream"}
    on_error:
      - error_handler: standard
`;

export interface Options {
  readonly target?: Target;
  readonly environment?: Readonly<Record<string, string>>;
}

export function compilePair(
  pair: { readonly mechanisms?: string; readonly rules?: string } = {},
  { target, environment = {} }: Options = {},
): CompileResult {
  return compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: pair.mechanisms ?? mechanisms },
      rules: [{ file: "rules.yaml", text: pair.rules ?? rules }],
    },
    { environment, ...(target === undefined ? {} : { target }) },
  );
}

/** A text with one thing in it replaced; the thing must be there, once. */
export function spoil(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${from} is there ${parts.length - 1} times`);
  return parts.join(to);
}

/** The configuration; throws what is wrong where there is none. */
export function configurationOf(result: CompileResult) {
  if (result.ok) return result.configuration;
  throw new Error(JSON.stringify(result.problems, null, 2));
}

export function problemsOf(result: CompileResult): readonly Problem[] {
  return result.ok ? [] : result.problems;
}
