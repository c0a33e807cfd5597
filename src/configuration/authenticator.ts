import type { Endpoint, EndpointAuth } from "./endpoint.ts";
import type { SecretReference } from "./secret.ts";
import type { Template } from "./template.ts";

export type Authenticator =
  | { readonly type: "unauthorized"; readonly id: string }
  | { readonly type: "anonymous"; readonly id: string; readonly subject: string }
  | BasicAuthenticator
  | TokenAuthenticator;

/** Those that read an access token, or a session that may be bound like one. */
export type TokenAuthenticator =
  | JwtAuthenticator
  | IntrospectionAuthenticator
  | GenericAuthenticator;

/** What is demanded of an access token and its sender, whoever reads it. */
export interface TokenDemands {
  readonly id: string;
  /** Exact; empty only with a metadata endpoint, whose issuer then counts. */
  readonly issuers: readonly string[];
  /** One of them must be in `aud`; empty: not checked. */
  readonly audience: readonly string[];
  readonly scopes?: ScopeRequirement;
  /** JWS algorithms of tokens and proofs. */
  readonly algorithms: readonly string[];
  readonly leeway: number;
  readonly possession: Possession;
  readonly signaling: ErrorSignaling;
  /** Paths into the claims; "@this" is all of them. A mapping names attributes itself. */
  readonly principal: {
    readonly id: string;
    readonly attributes: string | Readonly<Record<string, string>>;
  };
}

export interface JwtAuthenticator extends TokenDemands {
  readonly type: "jwt";
  readonly keys: KeySource;
  /** Lower case, without "application/"; "" stands for an absent typ. */
  readonly tokenTypes: readonly string[];
}

/** RFC 7662: the issuer says what a token is worth. */
export interface IntrospectionAuthenticator extends TokenDemands {
  readonly type: "oauth2_introspection";
  readonly introspection: IntrospectionSource;
  /** The longest time that an answer is used again; 0: never. */
  readonly cacheTtl: number;
  /** Absent: answers are JSON. */
  readonly signed?: SignedAnswer;
  /** The endpoint was chosen by the token's issuer: a token that names none is not for it. */
  readonly onlyJwt: boolean;
}
export interface IntrospectionSource {
  readonly kind: "direct" | "metadata";
  readonly endpoint: Endpoint;
  /** Of kind metadata: RFC 8414 section 3.3. */
  readonly verifyIssuer: boolean;
  /** For the endpoint that the metadata names. */
  readonly resolved?: EndpointAuth;
  /** Client authentication of RFC 6749 and RFC 7523, at the introspection endpoint. */
  readonly client?: ClientAuthentication;
}
export type ClientAuthentication =
  | {
      readonly type: "client_secret_basic" | "client_secret_post";
      readonly clientId: string | SecretReference;
      readonly secret: SecretReference;
    }
  | {
      readonly type: "private_key_jwt";
      readonly clientId: string;
      readonly key: SecretReference;
      /** Absent: the endpoint's URL. */
      readonly audience?: string;
    };
/** RFC 9701: the answer is a JWT for us. */
export interface SignedAnswer {
  readonly keys: KeySource;
  /** Whom the answer must be meant for: our client_id at the issuer. */
  readonly audience: readonly string[];
}

/** An endpoint of any kind says who is behind a session or a token. */
export interface GenericAuthenticator extends TokenDemands {
  readonly type: "generic";
  readonly identity: {
    readonly endpoint: Omit<Endpoint, "url" | "headers">;
    readonly method: string;
    readonly url: Template;
    readonly headers: Readonly<Record<string, Template>>;
  };
  readonly sources: readonly CredentialSource[];
  readonly forwardHeaders: readonly string[];
  readonly forwardCookies: readonly string[];
  readonly payload?: Template;
  readonly lifespan?: SessionLifespan;
  /** 0: an answer is never used again. */
  readonly cacheTtl: number;
}
export type CredentialSource =
  | { readonly kind: "header"; readonly name: string; readonly scheme?: string }
  | { readonly kind: "cookie" | "query"; readonly name: string };
/** Paths into the answer. */
export interface SessionLifespan {
  readonly active?: string;
  readonly issuedAt?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** Absent: seconds since the epoch. */
  readonly format?: TimeFormat;
  readonly leeway: number;
}
/** A regular expression, and what each of its groups is. */
export interface TimeFormat {
  readonly pattern: string;
  readonly fields: readonly TimeField[];
}
export type TimeField =
  | "year"
  | "month"
  | "monthName"
  | "day"
  | "hour"
  | "hour12"
  | "minute"
  | "second"
  | "fraction"
  | "half"
  | "zone";

/** RFC 7617. */
export interface BasicAuthenticator {
  readonly type: "basic_auth";
  readonly id: string;
  readonly user: string | SecretReference;
  readonly password: SecretReference;
  /** Of the challenge; absent: no Basic challenge is sent. */
  readonly realm?: string;
}
export interface KeySource {
  readonly endpoint: Endpoint;
  readonly kind: "jwks" | "metadata";
  /** RFC 8414 section 3.3; off only where the document says disable_issuer_identifier_verification. */
  readonly verifyIssuer: boolean;
  readonly cacheTtl: number;
  /** Of kind metadata: for the JWK set that they name. */
  readonly resolved?: EndpointAuth;
  /** The pem source of trust anchors that each key's certificates must lead to; absent: none are looked at. */
  readonly trustAnchors?: string;
}
export interface ScopeRequirement {
  readonly strategy: "exact" | "hierarchic" | "wildcard";
  readonly values: readonly string[];
}
export interface Possession {
  /**
   * opportunistic: a bound token must be proven, an unbound one is a Bearer token. shadow: the same,
   * however the unbound one is sent, and what `required` would say of it is told.
   */
  readonly enforcement: "required" | "opportunistic" | "shadow";
  /** Clients that authenticate at the issuer, for whom enforcement is opportunistic; absent: none. */
  readonly confidentialClients?: readonly string[];
  /** Of the proof's iat and of the nonce. */
  readonly maxAge: number;
  readonly nonceRequired: boolean;
  readonly replayAllowed: boolean;
}
export interface ErrorSignaling {
  readonly enabled: boolean;
  readonly realm?: string;
  readonly errorUri?: string;
  readonly description: boolean;
  readonly algorithms: boolean;
}
