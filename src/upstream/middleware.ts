import type { InternalClaims, Verifier } from "./verifier.ts";

/** As much of Node's http.IncomingMessage as is needed here. */
export interface IncomingRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
/** As much of Node's http.ServerResponse as is needed here. */
export interface OutgoingResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

const verified = new WeakMap<IncomingRequest, InternalClaims>();

/**
 * Middleware for node:http, Express, Connect and their like: `next` runs only for a request whose
 * internal token verifies; `internalClaims(request)` then says who is calling. Any other request is
 * answered 401, or 503 while the edge's keys cannot be had, with a JSON body `{code, message}`.
 *
 *     const guard = requireInternalToken(createVerifier({ jwksUrl, audience }));
 *     createServer((request, response) => guard(request, response, () => handle(request, response)));
 */
export function requireInternalToken(
  verifier: Verifier,
): (request: IncomingRequest, response: OutgoingResponse, next: () => unknown) => Promise<void> {
  return async (request, response, next) => {
    const result = await verifier.verify(request);
    if (result.ok) {
      verified.set(request, result.claims);
      await next();
      return;
    }
    const { code, status, message } = result.failure;
    response.statusCode = status;
    response.setHeader("content-type", "application/json");
    response.setHeader("cache-control", "no-store");
    if (status === 401) response.setHeader("www-authenticate", "Bearer");
    response.end(JSON.stringify({ code, message }));
  };
}

/** The claims of a request that went through `requireInternalToken`; undefined for any other. */
export function internalClaims(request: IncomingRequest): InternalClaims | undefined {
  return verified.get(request);
}
