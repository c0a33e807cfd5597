import type { Allow } from "../../src/decision.ts";

/**
 * An answer from behind the edge as the client sees it: other headers, and nothing else. Made from
 * the answer itself, since it carries more than can be named: whether its body is encoded already
 * (`encodeBody`), a WebSocket, `cf`.
 */
export function rewritten(answer: Response, allow: Allow): Response {
  const rebuilt = new Response(answer.body, answer);
  for (const name of [...rebuilt.headers.keys()]) rebuilt.headers.delete(name);
  for (const [name, value] of allow.responseHeaders(answer.headers, answer.status))
    rebuilt.headers.append(name, value);
  return rebuilt;
}
