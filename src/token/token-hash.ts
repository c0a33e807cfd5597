import { encodeBase64url } from "../jws/base64url.ts";

/** RFC 9449 section 4.2: base64url SHA-256 of the token as it was sent. */
export async function tokenHash(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return encodeBase64url(new Uint8Array(digest));
}
