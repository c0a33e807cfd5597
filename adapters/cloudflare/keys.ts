import type { Authorizer } from "../../src/authorizer.ts";

/** Seconds that an upstream may keep the keys: a rotation publishes the next key that long before use. */
const maxAge = 300;

/** Upstreams find the public keys of internal tokens at /.well-known/jwks of any origin of ours. */
export function isKeysRequest(request: Request): boolean {
  return new URL(request.url).pathname === "/.well-known/jwks";
}

/** RFC 7517 section 8.5.2: a JWK set; public keys only. */
export async function keysResponse(request: Request, authorizer: Authorizer): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
  const keys = JSON.stringify(await authorizer.publicKeys());
  return new Response(request.method === "HEAD" ? null : keys, {
    headers: {
      "Content-Type": "application/jwk-set+json",
      "Cache-Control": `public, max-age=${maxAge}`,
    },
  });
}
