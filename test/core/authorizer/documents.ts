import { compile } from "../../../src/documents/index.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import type { Equipped } from "../../../src/mechanisms.ts";
import { issuer, origin } from "./world.ts";

/** Lists of mechanisms and the steps of one rule, as YAML in one line or indented at will. */
export interface Written {
  readonly authorizers?: string;
  readonly contextualizers?: string;
  readonly finalizers?: string;
  readonly errorHandlers?: string;
  /** After the authenticator. */
  readonly execute?: string;
  readonly onError?: string;
  /** What the rule says besides. */
  readonly rule?: string;
}

/** A whole pair whose one rule, /api/**, takes the world's tokens. */
export function pairOf(written: Written) {
  const mechanisms = `
serve: {public_origin: ${origin}}
secret_management:
  signing_keys: {type: jwks, config: {secret: SIGNING_KEYS}}
  credentials: {type: inline, config: {secret: CREDENTIALS}}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - {id: anyone, type: anonymous}
    - id: dpop_jwt
      type: jwt
      config:
        jwks_endpoint: {url: ${issuer}/certs}
        assertions:
          issuers: [${issuer}]
          audience: [${origin}]
          proof_of_possession: {type: dpop}
        error_signaling: {enabled: true}
  authorizers: [${written.authorizers ?? ""}]
  contextualizers: [${written.contextualizers ?? ""}]
  finalizers: [{id: nothing, type: noop}, ${written.finalizers ?? ""}]
  error_handlers: [{id: standard, type: default}, ${written.errorHandlers ?? ""}]
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: nothing}]
`;
  const rules = `
rules:
  - id: api
    match: {routes: [{path: "/api/:item"}, {path: "/api/:item/**"}]}
    forward_to: {host: upstream.example}
    execute: [{authenticator: dpop_jwt}, ${written.execute ?? ""}]
    on_error: [${written.onError ?? ""}]
    ${written.rule ?? ""}
`;
  return { mechanisms, rules };
}

/** Compiled; throws with what is wrong. */
export function documented(written: Written): Equipped {
  const { mechanisms, rules } = pairOf(written);
  const compiled = compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: mechanisms },
      rules: [{ file: "rules.yaml", text: rules }],
    },
    { environment: {} },
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, undefined, 2));
  return { ...compiled.configuration, mechanisms: allMechanisms };
}
