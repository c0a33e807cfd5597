import { exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from "jose";
import type { JwtAuthenticator, KeySource } from "../../../src/configuration.ts";
import { Refused } from "../../../src/decision.ts";
import type { Secrets } from "../../../src/secrets.ts";
import { createAccessTokens } from "../../../src/token/access-token.ts";

/** Seconds; the clock that tests start from. */
export const start = 1_800_000_000;
export const issuer = "https://idp.example";
export const audience = "https://api.example.com";
export const jwksUrl = "https://idp.example/certs";
export const jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

export const algorithms = [
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
];

export interface SigningPair {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function signingPair(alg: string, kid: string): Promise<SigningPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

export interface TokenParts {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
}

/** RFC 9068 section 2: a valid access token, as far as `parts` do not spoil it; undefined removes. */
export function accessToken(pair: SigningPair, parts: TokenParts = {}): Promise<string> {
  const header = defined({ typ: "at+jwt", alg: pair.alg, kid: pair.kid, ...parts.header });
  return new SignJWT(claimsOf(parts))
    .setProtectedHeader(header as JWTHeaderParameters)
    .sign(pair.privateKey);
}

export function claimsOf(parts: TokenParts): Record<string, unknown> {
  return defined({
    iss: issuer,
    sub: "alice",
    aud: audience,
    client_id: "agent",
    iat: start,
    exp: start + 300,
    jti: "1",
    scope: "read write",
    cnf: { jkt },
    ...parts.claims,
  });
}

function defined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

export function base64url(text: string): string {
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export const keySource: KeySource = {
  kind: "jwks",
  verifyIssuer: true,
  cacheTtl: 600,
  endpoint: { url: jwksUrl, headers: {}, timeout: 5 },
};

export const authenticator: JwtAuthenticator = {
  type: "jwt",
  id: "dpop_jwt",
  keys: keySource,
  issuers: [issuer],
  audience: [audience],
  algorithms,
  leeway: 10,
  tokenTypes: ["at+jwt", "jwt", ""],
  possession: { enforcement: "required", maxAge: 60, nonceRequired: true, replayAllowed: false },
  signaling: { enabled: true, description: true, algorithms: true },
  principal: { id: "sub", attributes: "@this" },
};

/** Turned by hand; seconds. */
export function handClock() {
  let time = start;
  return {
    now: () => time * 1000,
    turn: (seconds: number) => {
      time += seconds;
    },
  };
}

/** The middle of the jitter: 1.25 s until a first fetch that failed is tried again. */
export const random = (bytes: number) => new Uint8Array(bytes).fill(128);

export type Answer = (url: string, init: RequestInit) => Response | Promise<Response>;

/** The network: what `answer` says now, and everything that was asked of it. */
export function network(answer: Answer) {
  const asked: { readonly url: string; readonly init: RequestInit }[] = [];
  const net = {
    asked,
    answer,
    fetch: async (url: string, init: RequestInit): Promise<Response> => {
      asked.push({ url, init });
      return net.answer(url, init);
    },
  };
  return net;
}

export function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } });
}

export function publishing(...pairs: readonly SigningPair[]): Answer {
  return () => json({ keys: pairs.map(({ jwk }) => jwk) });
}

const texts = new Map([
  ["plain", "k3y"],
  ["umlaut", "p\u00e4ss:word"],
  ["broken", "k3y\r\nX-Admin: 1"],
]);

/** Any other selector fails, as a missing binding does. */
export const secrets: Secrets = {
  async text({ source, selector }) {
    const text = texts.get(selector ?? "");
    if (text === undefined) throw new Error(`secret ${source} is missing`);
    return text;
  },
  symmetricKeys: () => Promise.reject(new Error("not asked for here")),
  signingKeys: () => Promise.reject(new Error("not asked for here")),
  certificates: () => Promise.reject(new Error("not asked for here")),
};

/** What verifies access tokens, with a clock and a network of its own. */
export function tokenEdge(answer: Answer, kept = secrets) {
  const clock = handClock();
  const net = network(answer);
  const tokens = createAccessTokens({ now: clock.now, fetch: net.fetch, random }, kept);
  return { clock, net, tokens };
}

/** The refusal's code, or "accepted"; anything else that is thrown fails the test. */
export async function code(verified: Promise<unknown>): Promise<string> {
  return (await refusal(verified))?.code ?? "accepted";
}

export async function refusal(verified: Promise<unknown>): Promise<Refused | undefined> {
  try {
    await verified;
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}
