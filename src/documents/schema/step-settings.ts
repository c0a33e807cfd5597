import type { MechanismKind, mechanismConfigs } from "./mechanism-config.ts";

/**
 * What a step may set of a mechanism. A rule's author is not the one who decides whom to trust: a
 * step narrows who passes or describes what is said; what makes a mechanism trustworthy is its own.
 */
export interface StepSettings {
  /** Keys of `config` that a step may set. */
  readonly open: readonly string[];
  /** Every other key of `config`, and why it is the mechanism's alone. */
  readonly closed: Readonly<Record<string, string>>;
  /** Lists below an open key of which a step may only take a part: `assertions.issuers`. */
  readonly narrows?: readonly (readonly [string, string])[];
}

const trusted = "whoever names the endpoint chooses whose tokens are trusted";
const elsewhere = "where clients are sent is one place for every rule";
const given = "whoever names the endpoint is given the secret";
const vouches = "whoever is asked, and how its answer is read, decides who comes in";
const password = "whoever names the password decides who comes in";
const certificates = "certificates decide which of the issuer's keys are trusted";

const tables: {
  readonly [K in MechanismKind]: Readonly<Record<keyof (typeof mechanismConfigs)[K], StepSettings>>;
} = {
  authenticators: {
    unauthorized: { open: [], closed: {} },
    anonymous: { open: ["principal", "subject"], closed: {} },
    jwt: {
      open: ["assertions", "error_signaling", "cache_ttl", "principal", "subject"],
      closed: {
        jwks_endpoint: trusted,
        metadata_endpoint: trusted,
        jwt_source: "where a token is read from is one place for every rule",
        validate_jwk: certificates,
        trust_anchors: certificates,
        allow_fallback_on_error: "it means nothing here",
      },
      narrows: [
        ["assertions", "issuers"],
        ["assertions", "token_types"],
      ],
    },
    oauth2_introspection: {
      open: ["assertions", "error_signaling", "cache_ttl", "principal", "subject"],
      closed: {
        introspection_endpoint: trusted,
        metadata_endpoint: trusted,
        signed_answer: trusted,
        token_source: "where a token is read from is one place for every rule",
        allow_fallback_on_error: "it means nothing here",
      },
      narrows: [["assertions", "issuers"]],
    },
    generic: {
      open: ["cache_ttl"],
      closed: {
        identity_info_endpoint: vouches,
        authentication_data_source: vouches,
        forward_headers: vouches,
        forward_cookies: vouches,
        payload: vouches,
        principal: vouches,
        subject: vouches,
        session_lifespan: vouches,
        allow_fallback_on_error: "it means nothing here",
      },
    },
    basic_auth: {
      open: ["error_signaling"],
      closed: {
        credentials: password,
        user_id: password,
        password,
        allow_fallback_on_error: "it means nothing here",
      },
    },
  },
  authorizers: {
    allow: { open: [], closed: {} },
    deny: { open: [], closed: {} },
    cel: { open: ["expressions", "values"], closed: {} },
    step_up: { open: ["acr_values", "max_age"], closed: {} },
    remote: {
      open: [
        "payload",
        "expressions",
        "forward_response_headers_to_upstream",
        "cache_ttl",
        "values",
      ],
      closed: { endpoint: "whoever names the endpoint chooses who decides" },
    },
  },
  contextualizers: {
    generic: {
      open: [
        "payload",
        "forward_headers",
        "forward_cookies",
        "continue_pipeline_on_error",
        "cache_ttl",
        "values",
      ],
      closed: { endpoint: "whoever names the endpoint chooses who is believed" },
    },
    map: { open: ["values"], closed: { items: "steps after it count on them" } },
  },
  finalizers: {
    jwt: {
      open: ["claims", "values", "ttl", "audience"],
      closed: {
        signer: "upstreams trust internal tokens by the key and the name that they are signed with",
        header: "upstreams trust what stands in that header",
        shape: "upstreams know their tokens by it",
      },
    },
    header: { open: ["headers"], closed: {} },
    cookie: { open: ["cookies"], closed: {} },
    oauth2_client_credentials: {
      open: ["scopes", "cache_ttl"],
      closed: {
        token_url: given,
        credentials: given,
        client_id: given,
        client_secret: given,
        auth_method: given,
        timeout: given,
        insecure: given,
        header: "upstreams trust what stands in that header",
      },
    },
    noop: { open: [], closed: {} },
  },
  error_handlers: {
    default: { open: [], closed: {} },
    www_authenticate: { open: ["realm"], closed: {} },
    redirect: { open: [], closed: { to: elsewhere, code: elsewhere } },
    generic: { open: ["code", "headers", "body", "values"], closed: {} },
  },
};

/** Of a type that is not known nothing may be set. */
export function stepSettings(kind: MechanismKind, type: string): StepSettings {
  const table: Readonly<Record<string, StepSettings>> = tables[kind];
  return (Object.hasOwn(table, type) ? table[type] : undefined) ?? { open: [], closed: {} };
}
