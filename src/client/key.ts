import { type AlgorithmRow, algorithm, algorithms } from "../jws/algorithms.ts";
import { type PublicJwk, publicKey } from "../jws/public-key.ts";
import { thumbprint } from "../jws/thumbprint.ts";
import type { WebCryptoKey } from "../web-names.ts";

/**
 * The key that a client proves possession of. A plain object that survives structured cloning, so
 * that a browser can keep it in IndexedDB without its private part ever being readable.
 */
export interface DpopKey {
  /** The JWS algorithm that proofs are signed with. */
  readonly alg: string;
  readonly privateKey: WebCryptoKey;
  readonly publicJwk: PublicJwk;
  /** RFC 7638 thumbprint: the `jkt` of tokens, the `dpop_jkt` of an authorization request. */
  readonly thumbprint: string;
}

export interface GenerateOptions {
  /** ES256 by default. */
  readonly alg?: string | undefined;
  /** Whether the private part can be exported; false by default. */
  readonly extractable?: boolean | undefined;
}

/** Makes a key pair, once in a client's life. Throws a TypeError for an algorithm there is not. */
export async function generateKey(options: GenerateOptions = {}): Promise<DpopKey> {
  const { alg = "ES256", extractable = false } = options;
  const row = algorithmOf(alg);
  const size = row.kty === "RSA" ? rsaSize : {};
  const pair = await crypto.subtle.generateKey({ ...row.import, ...size }, extractable, [
    "sign",
    "verify",
  ]);
  if (!("privateKey" in pair)) throw new TypeError(`${alg} is no algorithm of key pairs.`);
  return keyFromPair(pair, alg);
}

/** Web Crypto's CryptoKeyPair, by whatever name the runtime's types have for it. */
interface Pair {
  readonly privateKey: WebCryptoKey;
  readonly publicKey: WebCryptoKey;
}

const rsaSize = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };

/** A key pair that was made elsewhere with Web Crypto, for `alg`. Throws a TypeError where they do not fit. */
export async function keyFromPair(pair: Pair, alg: string): Promise<DpopKey> {
  const row = algorithmOf(alg);
  const halves = pair.privateKey.type === "private" && pair.publicKey.type === "public";
  const publicJwk = halves ? publicKey(await publicMembers(pair.publicKey), row) : undefined;
  if (publicJwk === undefined) {
    throw new TypeError(`The key pair is none for ${alg}.`);
  }
  return {
    alg,
    privateKey: pair.privateKey,
    publicJwk,
    thumbprint: await thumbprint(publicJwk),
  };
}

/** Without what runtimes add: members that are undefined, and names of algorithms of their own. */
async function publicMembers(key: CryptoKey): Promise<Readonly<Record<string, unknown>>> {
  const { kty = "", crv, x, y, n, e } = await crypto.subtle.exportKey("jwk", key);
  const members = Object.entries({ kty, crv, x, y, n, e });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

export function algorithmOf(alg: string): AlgorithmRow {
  const row = algorithm(alg);
  if (row !== undefined) return row;
  const names = algorithms.map((each) => each.alg).join(", ");
  throw new TypeError(`There is no algorithm ${JSON.stringify(alg)} for proofs; use ${names}.`);
}
