import type { AlgorithmRow } from "./algorithms.ts";
import { decodeBase64url } from "./base64url.ts";

const encoder = new TextEncoder();

/**
 * RFC 7515 section 5.2 step 8: whether the signature of a compact JWS is the key's, under the
 * algorithm of `row`. The caller has judged that the header's `alg` is the row's, and has refused
 * `crit` and `b64`. Throws TypeError where the key was imported for another algorithm: a fault of
 * ours, not of the sender.
 */
export async function verifyCompact(
  text: string,
  row: AlgorithmRow,
  key: CryptoKey,
): Promise<boolean> {
  const { name, namedCurve, hash } = key.algorithm;
  const { import: made } = row;
  if (name !== made.name || namedCurve !== made.namedCurve || hashOf(hash) !== made.hash)
    throw new TypeError(`the key is not one for ${row.alg}`);
  const end = text.lastIndexOf(".");
  const signature = decodeBase64url(text.slice(end + 1));
  if (signature === undefined) return false;
  const signed = encoder.encode(text.slice(0, end));
  try {
    return await crypto.subtle.verify(row.verify, key, signature, signed);
  } catch {
    // Some runtimes throw at a signature that no key of the algorithm could make.
    return false;
  }
}

function hashOf(hash: CryptoKey["algorithm"]["hash"]): string | undefined {
  return typeof hash === "object" ? hash.name : hash;
}
