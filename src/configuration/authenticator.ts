import type { Endpoint } from "./endpoint.ts";

export type Authenticator =
  | { readonly type: "unauthorized"; readonly id: string }
  | { readonly type: "anonymous"; readonly id: string; readonly subject: string }
  | JwtAuthenticator;

export interface JwtAuthenticator {
  readonly type: "jwt";
  readonly id: string;
  readonly keys: KeySource;
  /** Exact; empty only with a metadata endpoint, whose issuer then counts. */
  readonly issuers: readonly string[];
  /** One of them must be in `aud`; empty: not checked. */
  readonly audience: readonly string[];
  readonly scopes?: ScopeRequirement;
  /** JWS algorithms of tokens and proofs. */
  readonly algorithms: readonly string[];
  readonly leeway: number;
  /** Lower case, without "application/"; "" stands for an absent typ. */
  readonly tokenTypes: readonly string[];
  readonly possession: Possession;
  readonly signaling: ErrorSignaling;
  /** Dotted paths into the claims; "@this" is all of them. */
  readonly principal: { readonly id: string; readonly attributes: string };
}
export interface KeySource {
  readonly endpoint: Endpoint;
  readonly kind: "jwks" | "metadata";
  /** RFC 8414 section 3.3; off only where the document says disable_issuer_identifier_verification. */
  readonly verifyIssuer: boolean;
  readonly cacheTtl: number;
}
export interface ScopeRequirement {
  readonly strategy: "exact" | "hierarchic" | "wildcard";
  readonly values: readonly string[];
}
export interface Possession {
  /** opportunistic: a bound token must be proven, an unbound one is a Bearer token. */
  readonly enforcement: "required" | "opportunistic";
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
