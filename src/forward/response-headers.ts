import type { Cors } from "../configuration.ts";
import { corsHeaders } from "../cors.ts";
import { hopByHop } from "./hop-by-hop.ts";

/** What tells shared caches something else than Cache-Control does. */
const cacheControls = ["cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control"];

export interface Amendments {
  readonly cors?: Cors;
  /** The request's Origin. */
  readonly origin: string | null;
  readonly nonce?: string;
  readonly status?: number;
  readonly requestId?: string;
}

/** An upstream's response headers as the client sees them: a copy, amended. */
export function responseHeaders(upstream: Headers, amendments: Amendments): Headers {
  const headers = new Headers(upstream);
  amendResponse(headers, amendments);
  return headers;
}

/**
 * Makes of an upstream's response headers those that the client sees: without what concerns that
 * hop, without its DPoP-Nonce (nonces are the edge's) and its Alt-Svc (a way around the edge).
 * Where the rule configures CORS those headers are ours. A nonce makes the response no-store (RFC
 * 9449 section 8.2). A status left out counts as a 2xx, on which no WWW-Authenticate stays.
 */
export function amendResponse(headers: Headers, amendments: Amendments): void {
  const { cors, origin, nonce, status = 200, requestId } = amendments;
  endToEnd(headers, status);
  if (requestId !== undefined) headers.set("X-Request-Id", requestId);
  if (cors) ownCors(headers, cors, origin);
  if (nonce !== undefined) {
    headers.set("DPoP-Nonce", nonce);
    headers.set("Cache-Control", "no-store");
    for (const name of cacheControls) headers.delete(name);
  }
}

function endToEnd(headers: Headers, status: number): void {
  const isHopByHop = hopByHop(headers);
  // openid-client and others take a challenge on a success for a failure.
  const succeeded = status >= 200 && status < 300;
  const gone: string[] = [];
  headers.forEach((_, name) => {
    if (name === "dpop-nonce" || name === "alt-svc") gone.push(name);
    else if (name === "www-authenticate" && succeeded) gone.push(name);
    else if (isHopByHop(name) && !(name === "upgrade" && status === 101)) gone.push(name);
  });
  for (const name of gone) headers.delete(name);
}

function ownCors(headers: Headers, cors: Cors, origin: string | null): void {
  for (const [name] of [...headers]) {
    if (name.startsWith("access-control-")) headers.delete(name);
  }
  const ours = corsHeaders(cors, new Headers(origin === null ? {} : { Origin: origin }));
  for (const [name, value] of ours) {
    if (name !== "vary") headers.set(name, value);
    else if (!varies(headers, value)) headers.append(name, value);
  }
}

function varies(headers: Headers, by: string): boolean {
  const listed = (headers.get("Vary") ?? "").split(",").map((name) => name.trim().toLowerCase());
  return listed.includes("*") || listed.includes(by.toLowerCase());
}
