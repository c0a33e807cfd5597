import { SignJWT } from "jose";
import { encodeBase64url } from "../jws/base64url.ts";
import type { DpopKey } from "./key.ts";

export interface ProofOptions {
  readonly key: DpopKey;
  /** As it is sent. What fetch writes in capitals (get, post, ...) may come in any case. */
  readonly method: string;
  /** Absolute; query and fragment are left out of the proof. */
  readonly url: string | URL;
  /** The token that goes along; without it the proof has no `ath`. */
  readonly accessToken?: string | undefined;
  /** The latest one that the server gave. */
  readonly nonce?: string | undefined;
  /** Milliseconds since the epoch; Date.now by default. */
  readonly now?: (() => number) | undefined;
}

/**
 * One DPoP proof (RFC 9449 section 4.2), for one request: make another for the next. Throws a
 * TypeError where the URL is no absolute http(s) URL.
 */
export async function createProof(options: ProofOptions): Promise<string> {
  const { key, accessToken, nonce, now = Date.now } = options;
  const claims = {
    jti: encodeBase64url(crypto.getRandomValues(new Uint8Array(16))),
    htm: fetchMethod(options.method),
    htu: htu(options.url),
    iat: Math.floor(now() / 1000),
    ...(accessToken === undefined ? {} : { ath: await hash(accessToken) }),
    ...(nonce === undefined ? {} : { nonce }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ typ: "dpop+jwt", alg: key.alg, jwk: key.publicJwk })
    .sign(key.privateKey);
}

/** RFC 9449 section 4.2: the URL without query and fragment, as `fetch` puts it on the wire. */
function htu(url: string | URL): string {
  const parsed = new URL(url.toString());
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") {
    throw new TypeError(`A proof is for an http or https URL, not for ${parsed.protocol}`);
  }
  return `${parsed.origin}${parsed.pathname}`;
}

/** RFC 9449 section 4.2: SHA-256 over the token's ASCII bytes. */
async function hash(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return encodeBase64url(new Uint8Array(digest));
}

const capitals = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

/** Fetch standard, "normalize a method": these six, and no other. */
function fetchMethod(method: string): string {
  const upper = method.toUpperCase();
  return capitals.has(upper) ? upper : method;
}
