import type { SigningKey } from "../secrets.ts";
import { algorithm } from "./algorithms.ts";
import { encodeBase64url, encodeBase64urlText } from "./base64url.ts";

const encoder = new TextEncoder();

/** A JWT (RFC 7519) of these claims, by a key of ours. */
export async function signCompact(
  { alg, kid, key }: SigningKey,
  claims: object,
  typ = "JWT",
): Promise<string> {
  const row = algorithm(alg);
  if (row === undefined) throw new TypeError(`${alg} is no algorithm for signatures`);
  const header = encodeBase64urlText(JSON.stringify({ alg, kid, typ }));
  const input = `${header}.${encodeBase64urlText(JSON.stringify(claims))}`;
  const signature = await crypto.subtle.sign(row.verify, key, encoder.encode(input));
  return `${input}.${encodeBase64url(new Uint8Array(signature))}`;
}
