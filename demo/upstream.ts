import type { IncomingMessage, ServerResponse } from "node:http";
import {
  createVerifier,
  internalClaims,
  requireInternalToken,
  type VerifierOptions,
} from "../src/upstream/index.ts";
import { listen, type Running } from "./server.ts";

/**
 * The service behind the edge: lets in only who brings an internal token, and tells them what it
 * received. It is no place to hide behind: who comes past the edge is refused here. `verifier` is
 * asked at the first request, since the edge is made after its upstream.
 */
export function startUpstream(verifier: () => VerifierOptions): Promise<Running> {
  let guard: ReturnType<typeof requireInternalToken> | undefined;
  return listen(() => (request, response) => {
    guard ??= requireInternalToken(createVerifier(verifier()));
    return guard(request, response, () => echo(request, response));
  });
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks).toString("utf8");
  const caller = internalClaims(request);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(`${JSON.stringify({ method, url, headers, body, caller }, undefined, 2)}\n`);
}
