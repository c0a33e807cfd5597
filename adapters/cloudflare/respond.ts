import type { Reply } from "../../src/forward/reply.ts";

/** A response that was made at the edge. */
export function respond({ status, headers, body }: Reply): Response {
  return new Response(body ?? null, { status, headers });
}
