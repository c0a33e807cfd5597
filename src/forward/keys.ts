import type { Reply } from "./reply.ts";

/** Upstreams find the public keys of internal tokens here, at any origin of ours. */
export const keysPath = "/.well-known/jwks";

/** Seconds that an upstream may keep the keys: a rotation publishes the next key that long before use. */
export const keysMaxAge = 300;

/** RFC 7517 section 8.5.2: a JWK set; public keys only. Throws what `publicKeys` throws. */
export async function keysReply(method: string, publicKeys: () => Promise<object>): Promise<Reply> {
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, headers: new Headers({ Allow: "GET, HEAD" }) };
  }
  const body = JSON.stringify(await publicKeys());
  const headers = new Headers({
    "Content-Type": "application/jwk-set+json",
    "Cache-Control": `public, max-age=${keysMaxAge}`,
  });
  return method === "HEAD" ? { status: 200, headers } : { status: 200, headers, body };
}
