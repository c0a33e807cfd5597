import { compile } from "dpop-edge/documents";

const mechanisms = `
secret_management:
  signing_keys: {type: jwks, config: {secret: SIGNING_KEYS}}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - {id: anyone, type: anonymous}
    - id: dpop_jwt
      type: jwt
      config:
        jwks_endpoint: https://idp.example/certs
        assertions: {issuers: [https://idp.example], proof_of_possession: {type: dpop}}
  finalizers:
    - {id: internal_token, type: jwt, config: {signer: {source: signing_keys}, audience: upstream}}
    - {id: nothing, type: noop}
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: nothing}]
`;

// The same shape as YAML, written as an object.
const rules = {
  rules: [
    {
      id: "api",
      match: { routes: [{ path: "/api/**" }] },
      forward_to: { host: "upstream.example" },
      execute: [{ authenticator: "dpop_jwt" }, { finalizer: "internal_token" }],
    },
    {
      id: "open",
      match: { routes: [{ path: "/open" }] },
      forward_to: { host: "upstream.example" },
      execute: [{ authenticator: "anyone" }],
    },
  ],
};

export function compiled() {
  const result = compile(
    { mechanisms: { file: "mechanisms.yaml", text: mechanisms }, rules: [{ document: rules }] },
    { environment: {} },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems, undefined, 2));
  return result.configuration;
}
