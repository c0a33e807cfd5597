import type { SigningKey } from "../secrets.ts";
import { algorithm } from "./algorithms.ts";
import { encodeBase64url, encodeBase64urlText } from "./base64url.ts";

const encoder = new TextEncoder();

/** The latest header of a key: its `typ` hardly ever changes. */
const headers = new WeakMap<SigningKey, { readonly typ: string; readonly encoded: string }>();

/** A JWT (RFC 7519) of these claims, by a key of ours. */
export async function signCompact(
  signingKey: SigningKey,
  claims: object,
  typ = "JWT",
): Promise<string> {
  const { alg, key } = signingKey;
  const row = algorithm(alg);
  if (row === undefined) throw new TypeError(`${alg} is no algorithm for signatures`);
  const payload = encodeBase64urlText(JSON.stringify(claims));
  const input = `${headerOf(signingKey, typ)}.${payload}`;
  const signature = await crypto.subtle.sign(row.verify, key, encoder.encode(input));
  return `${input}.${encodeBase64url(new Uint8Array(signature))}`;
}

function headerOf(signingKey: SigningKey, typ: string): string {
  const known = headers.get(signingKey);
  if (known?.typ === typ) return known.encoded;
  const { alg, kid } = signingKey;
  const encoded = encodeBase64urlText(JSON.stringify({ alg, kid, typ }));
  headers.set(signingKey, { typ, encoded });
  return encoded;
}
