import { SignJWT } from "jose";
import { type DpopKey, generateKey } from "../client/key.ts";

export interface TestIssuerOptions {
  /** The `iss` of its tokens, and the origin that its documents stand under. */
  readonly issuer: string;
  /** The `aud` of its tokens: the API's public origin. */
  readonly audience: string;
  /** Of its tokens; ES256 by default. */
  readonly alg?: string | undefined;
  /** Milliseconds since the epoch; Date.now by default. */
  readonly now?: (() => number) | undefined;
}

/** What a token is to say; each field has a default that makes a good token. */
export interface TestTokenOptions {
  /** `sub`; "alice" by default. */
  readonly subject?: string | undefined;
  /** Separated by spaces; "read" by default. */
  readonly scope?: string | undefined;
  readonly clientId?: string | undefined;
  /** Seconds from now until `exp`; 300 by default, negative for a token that has expired. */
  readonly expiresIn?: number | undefined;
  /** RFC 7638 thumbprint of the client's key, for `cnf.jkt`; without it the token is unbound. */
  readonly jkt?: string | undefined;
  /** Claims beside or in place of these; undefined removes one. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** An authorization server in memory, for tests: it signs whatever it is asked to. */
export interface TestIssuer {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** The key set, as `jwksUrl` serves it. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** An RFC 9068 access token. */
  token(options?: TestTokenOptions): Promise<string>;
  /**
   * Answers for the issuer: the key set, and its metadata (RFC 8414, OpenID discovery). 404 for
   * every other path. Hand it to the code under test as its `fetch`, or serve it.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}

/** Never for production: its keys are made anew by every call, and it asks nobody who they are. */
export async function createTestIssuer(options: TestIssuerOptions): Promise<TestIssuer> {
  const { issuer, audience, alg = "ES256", now = Date.now } = options;
  const key = await generateKey({ alg });
  const kid = key.thumbprint;
  const jwks = { keys: [{ ...key.publicJwk, kid, alg, use: "sig" }] };
  const base = issuer.replace(/\/$/, "");
  const jwksUrl = `${base}/certs`;
  const metadata = { issuer, jwks_uri: jwksUrl };
  const { origin, pathname } = new URL(base);
  const path = pathname === "/" ? "" : pathname;
  const served: Readonly<Record<string, unknown>> = {
    [jwksUrl]: jwks,
    [`${base}/.well-known/openid-configuration`]: metadata,
    // RFC 8414 section 3.1: between the host and the path.
    [`${origin}/.well-known/oauth-authorization-server${path}`]: metadata,
  };
  return {
    issuer,
    jwksUrl,
    jwks,
    token: (wanted = {}) => sign(key, kid, claimsOf(wanted, { issuer, audience, now })),
    async fetch(input) {
      const url = input instanceof Request ? input.url : input.toString();
      const found = Object.hasOwn(served, url) ? served[url] : undefined;
      return found === undefined
        ? new Response(null, { status: 404 })
        : Response.json(found, { headers: { "Cache-Control": "no-store" } });
    },
  };
}

function claimsOf(
  { subject, scope, clientId, expiresIn = 300, jkt, claims }: TestTokenOptions,
  from: { readonly issuer: string; readonly audience: string; readonly now: () => number },
): Record<string, unknown> {
  const seconds = Math.floor(from.now() / 1000);
  const all = {
    iss: from.issuer,
    sub: subject ?? "alice",
    aud: from.audience,
    client_id: clientId ?? "test-client",
    // A token that has expired was made before it did.
    iat: Math.min(seconds, seconds + expiresIn),
    exp: seconds + expiresIn,
    jti: crypto.randomUUID(),
    scope: scope ?? "read",
    ...(jkt === undefined ? {} : { cnf: { jkt } }),
    ...claims,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function sign(key: DpopKey, kid: string, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, typ: "at+jwt", kid })
    .sign(key.privateKey);
}
