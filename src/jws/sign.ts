import { CompactSign } from "jose";
import type { SigningKey } from "../secrets.ts";

/** A JWT (RFC 7519) of these claims, by a key of ours. */
export async function signCompact(
  { alg, kid, key }: SigningKey,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  return await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg, kid, typ: "JWT" })
    .sign(key);
}
