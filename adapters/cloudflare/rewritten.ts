import type { Allow } from "../../src/decision.ts";

/**
 * An answer from behind the edge as the client sees it: other headers, and what `finish` makes of its body. Made from
 * the answer itself, since it carries more than can be named: whether its body is encoded already
 * (`encodeBody`), a WebSocket, `cf`.
 */
export async function rewritten(answer: Response, allow: Allow): Promise<Response> {
  const headers = allow.responseHeaders(answer.headers, answer.status);
  const body = allow.finish ? await allow.finish(headers, answer.body) : answer.body;
  const rebuilt = new Response(body, answer);
  for (const name of [...rebuilt.headers.keys()]) rebuilt.headers.delete(name);
  for (const [name, value] of headers) rebuilt.headers.append(name, value);
  return rebuilt;
}
