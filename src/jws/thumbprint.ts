import { encodeBase64url } from "./base64url.ts";
import type { PublicJwk } from "./public-key.ts";

/** RFC 7638 section 3: SHA-256 over the key's required members, base64url. */
export async function thumbprint(jwk: PublicJwk): Promise<string> {
  const input = new TextEncoder().encode(thumbprintInput(jwk));
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", input)));
}

/** RFC 7638 section 3.3: the required members in lexicographic order, without white space; equal for equal keys only. */
export function thumbprintInput(jwk: PublicJwk): string {
  switch (jwk.kty) {
    case "EC":
      return JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
    case "OKP":
      return JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x });
    case "RSA":
      return JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n });
  }
}
