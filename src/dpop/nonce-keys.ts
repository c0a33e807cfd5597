import { Fault } from "../decision.ts";
import type { SymmetricKey } from "../secrets.ts";

/** A key for nonces only, derived from a master key. */
export interface NonceKey {
  /** Names the key inside a nonce; derived as well, so that a nonce does not show the document's kid. */
  readonly id: Uint8Array<ArrayBuffer>;
  readonly hmac: CryptoKey;
}

/** Bytes. */
export const keyIdLength = 8;

const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0) } as const;
const hmacInfo = new TextEncoder().encode("dpop-edge nonce v1 hmac");
const idInfo = new TextEncoder().encode("dpop-edge nonce v1 key id");

/**
 * HKDF-SHA-256 (RFC 5869) of a master key, once per key; the infos are ours alone, so the master
 * key can serve other purposes. Throws a Fault when the master key is shorter than 32 bytes.
 */
export function createNonceKeys(): (master: SymmetricKey) => Promise<NonceKey> {
  const derived = new WeakMap<Uint8Array, NonceKey>();
  return async ({ kid, bytes }) => {
    const known = derived.get(bytes);
    if (known !== undefined) return known;
    if (bytes.length < 32) {
      throw new Fault(`master_key: the key ${kid} has ${bytes.length} bytes; it needs 32 or more.`);
    }
    // What is kept is the key, never a promise: one request must not wait for another's work.
    const key = await derive(bytes);
    derived.set(bytes, key);
    return key;
  };
}

async function derive(bytes: Uint8Array<ArrayBuffer>): Promise<NonceKey> {
  const master = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
  const [secret, id] = await Promise.all([
    crypto.subtle.deriveBits({ ...hkdf, info: hmacInfo }, master, 256),
    crypto.subtle.deriveBits({ ...hkdf, info: idInfo }, master, keyIdLength * 8),
  ]);
  const hmac = await crypto.subtle.importKey(
    "raw",
    secret,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );
  return { id: new Uint8Array(id), hmac };
}
