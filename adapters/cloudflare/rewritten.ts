import type { Allow } from "../../src/decision.ts";

/**
 * An answer from behind the edge as the client sees it: other headers, and what `finish` makes of its body. Made from
 * the answer itself, since it carries more than can be named: whether its body is encoded already
 * (`encodeBody`), a WebSocket, `cf`.
 */
export async function rewritten(answer: Response, allow: Allow): Promise<Response> {
  const rebuilt = new Response(answer.body, answer);
  allow.amendResponse(rebuilt.headers, rebuilt.status);
  if (allow.finish === undefined) return rebuilt;
  const { body } = rebuilt;
  const finished = await allow.finish(rebuilt.headers, body);
  return finished === body ? rebuilt : new Response(finished, rebuilt);
}
