import { lengthPrefixed } from "./length-prefixed.ts";

/**
 * What a proof is remembered by (RFC 9449 section 11.1): SHA-256 over jkt and jti, 32 bytes. Never
 * the proof's text, which can be spelled anew; never the jti alone, which a stranger could burn.
 */
export async function replayDigest(jkt: string, jti: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", lengthPrefixed(jkt, jti)));
}
