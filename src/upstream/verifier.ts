import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import { type TokenHeader, type TokenSource, tokenIn } from "./credentials.ts";
import { type Failure, failure, failureOf } from "./failure.ts";

/** Where the edge's public keys come from: its `/.well-known/jwks`, or a set in the hand. */
export type Keys =
  | {
      /** https, or http on a loopback host. Fetched when first needed and kept for ten minutes. */
      readonly jwksUrl: string;
      /** Allows http elsewhere: whoever can change what is fetched can then sign tokens. */
      readonly insecure?: boolean;
      /** Milliseconds to wait for the keys; 5000 by default. */
      readonly timeout?: number;
      /** Another fetch than the global one. */
      readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
    }
  | { readonly jwks: { readonly keys: readonly PublicKey[] } };

/** A public JWK (RFC 7517). */
export interface PublicKey {
  readonly [member: string]: unknown;
  readonly kty: string;
}

export type VerifierOptions = Keys & {
  /** The signer's `name`; "dpop-edge" by default. */
  readonly issuer?: string;
  /** Who this service is: one of the finalizer's `audience`. Without it tokens with an aud are refused. */
  readonly audience?: string | readonly string[];
  /** The finalizer's `header`; `{ name: "Authorization", scheme: "Bearer" }` by default. */
  readonly header?: TokenHeader;
  /** The finalizer's `shape`; with transaction_token `header` is Txn-Token by default. */
  readonly shape?: "jwt" | "transaction_token";
  /** Milliseconds since the epoch; Date.now by default. */
  readonly now?: () => number;
  /** Seconds by which this clock and the edge's may differ; 5 by default. */
  readonly clockTolerance?: number;
};

/** The claims of an internal token: ours, and those of the finalizer's template. */
export interface InternalClaims {
  readonly [claim: string]: unknown;
  readonly iss: string;
  /** Who is calling, proven by the edge. */
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
}

export type Verification =
  | { readonly ok: true; readonly claims: InternalClaims }
  | { readonly ok: false; readonly failure: Failure };

export interface Verifier {
  /**
   * Verifies the internal token of a request: an Authorization header's value, headers, or a
   * request with headers. Never throws.
   */
  verify(source: TokenSource): Promise<Verification>;
}

// Asymmetric only: with HS* a public key would pass for the shared secret.
const algorithms = [
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
  ...["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"],
];

/**
 * Verifies internal tokens (RFC 7519 section 7.2, RFC 8725): signature by one of the edge's keys
 * with an asymmetric algorithm, typ JWT, iss, aud, exp, nbf, and that sub and iat are there.
 * Throws a TypeError for a jwksUrl that is not https.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const keys = keysOf(options);
  const { audience, now = Date.now } = options;
  const transacts = options.shape === "transaction_token";
  const usual = transacts
    ? { name: "Txn-Token", scheme: "" }
    : { name: "Authorization", scheme: "Bearer" };
  const header = options.header ?? usual;
  const expected = {
    algorithms,
    typ: transacts ? "txntoken+jwt" : "JWT",
    issuer: options.issuer ?? "dpop-edge",
    requiredClaims: ["exp", "iat", "sub"],
    clockTolerance: options.clockTolerance ?? 5,
    ...(audience === undefined ? {} : { audience: [audience].flat() }),
  };
  return {
    async verify(source) {
      const token = sent(source, header);
      if (token === undefined) return refused(failure("token.missing"));
      if (token === null) return refused(failure("token.malformed"));
      try {
        const verified = await jwtVerify(token, keys, {
          ...expected,
          currentDate: new Date(now()),
        });
        const { iss, sub, iat, exp, aud } = verified.payload;
        // RFC 7519 section 4.1.3: who does not find itself in aud must refuse.
        if (aud !== undefined && audience === undefined) return refused(failure("token.audience"));
        // Presence is checked by jose, not that they are what RFC 7519 says.
        if (typeof iss !== "string" || typeof sub !== "string")
          return refused(failure("token.claims"));
        if (typeof iat !== "number" || typeof exp !== "number")
          return refused(failure("token.claims"));
        return { ok: true, claims: { ...verified.payload, iss, sub, iat, exp } };
      } catch (thrown) {
        return refused(failureOf(thrown));
      }
    },
  };
}

/** A source that throws when it is asked gave no token that can be read. */
function sent(source: TokenSource, header: TokenHeader): string | null | undefined {
  try {
    return tokenIn(source, header);
  } catch {
    return null;
  }
}

function refused(failure: Failure): Verification {
  return { ok: false, failure };
}

function keysOf(options: VerifierOptions): JWTVerifyGetKey {
  if ("jwks" in options) {
    return createLocalJWKSet({ keys: options.jwks.keys.map((key) => ({ ...key })) });
  }
  const url = new URL(options.jwksUrl);
  if (url.protocol !== "https:" && !(options.insecure || isLoopback(url))) {
    throw new TypeError(
      `jwksUrl must be https (or say insecure: true where the network is trusted): ${url.origin}`,
    );
  }
  const { fetch, timeout } = options;
  return createRemoteJWKSet(url, {
    timeoutDuration: timeout ?? 5000,
    ...(fetch ? { [customFetch]: fetch } : {}),
  });
}

function isLoopback({ hostname }: URL): boolean {
  return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}
