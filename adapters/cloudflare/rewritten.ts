import type { Allow } from "../../src/decision.ts";

/** An answer from behind the edge as the client sees it; a WebSocket's two halves stay joined. */
export function rewritten(
  answer: Response,
  allow: Allow,
  encodeBody: "automatic" | "manual" = "automatic",
): Response {
  const { body, status, statusText, webSocket } = answer;
  const headers = allow.responseHeaders(answer.headers, status);
  if (webSocket) return new Response(null, { status, webSocket, headers });
  return new Response(body, { status, statusText, headers, encodeBody });
}
