import { compactVerify, errors } from "jose";

/**
 * RFC 7515 section 5.2 step 8: whether the signature of a compact JWS is the key's, under the `alg`
 * of its header. The caller has judged that `alg` and has refused `crit` and `b64`. Throws where
 * the key was imported for another algorithm: a fault of ours, not of the sender.
 */
export async function verifyCompact(text: string, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(text, key);
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
