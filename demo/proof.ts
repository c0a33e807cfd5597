import { base64url, type CryptoKey, exportJWK, SignJWT } from "jose";
import type { KeyPair } from "./keys.ts";

/** What a proof says about its request; a member given as undefined is left out. */
export interface ProofRequest {
  readonly method: string;
  readonly url: string;
  readonly token: string;
  readonly nonce: string | undefined;
}

/** What is changed in a proof that would otherwise pass. */
export interface Spoiled {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  /** Signs in place of the client's private key; the jwk stays the client's. */
  readonly key?: CryptoKey | Uint8Array;
}

/** A DPoP proof (RFC 9449 section 4.2) made by hand, so that one thing in it can be wrong. */
export async function proof(
  keys: KeyPair,
  request: ProofRequest,
  spoiled: Spoiled = {},
): Promise<string> {
  const { header, claims } = await proofParts(keys, request);
  return new SignJWT({ ...claims, ...spoiled.claims })
    .setProtectedHeader({ ...header, ...spoiled.header })
    .sign(spoiled.key ?? keys.privateKey);
}

/** The same with `alg` none and no signature, which no JOSE library makes. */
export async function unsignedProof(keys: KeyPair, request: ProofRequest): Promise<string> {
  const { header, claims } = await proofParts(keys, request);
  return `${encode({ ...header, alg: "none" })}.${encode(claims)}.`;
}

async function proofParts(keys: KeyPair, { method, url, token, nonce }: ProofRequest) {
  const jwk = await exportJWK(keys.publicKey);
  return {
    header: { typ: "dpop+jwt", alg: "ES256", jwk },
    claims: {
      jti: crypto.randomUUID(),
      htm: method,
      htu: url,
      iat: Math.floor(Date.now() / 1000),
      ath: await digest(token),
      ...(nonce === undefined ? {} : { nonce }),
    },
  };
}

function encode(part: object): string {
  return base64url.encode(JSON.stringify(part));
}

/** RFC 9449 section 4.2: what `ath` is of a token. */
export async function digest(token: string): Promise<string> {
  const bytes = new TextEncoder().encode(token);
  return base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
