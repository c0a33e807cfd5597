import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** A header in place of the secret path, for tools that cannot change their paths. */
export const secretHeader = "x-dpop-edge-proxy";

/** What a request asks for, once it has shown that it may. */
export interface Admitted {
  /** "" or "/..." with its query. */
  readonly path: string;
}

/**
 * Whoever else is on this machine, or a page in its browser, can reach the port: so every request
 * must know the secret, and must not come from a page of elsewhere by a name that only leads here
 * (DNS rebinding).
 */
export function admit(request: IncomingMessage, secret: string): Admitted | undefined {
  const { host, origin } = request.headers;
  if (!isLoopback(`http://${host ?? ""}`)) return undefined;
  if (origin !== undefined && !isLoopback(origin)) return undefined;
  const [, first = "", rest = ""] = /^\/([^/?#]*)([^#]*)/.exec(request.url ?? "") ?? [];
  if (isSame(first, secret)) return { path: rest };
  const shown = request.headers[secretHeader];
  if (typeof shown !== "string" || !isSame(shown, secret)) return undefined;
  const { url = "" } = request;
  // RFC 9112 section 3.2.2: a proxy is asked with whole URLs, and this is none.
  if (!url.startsWith("/")) return undefined;
  return { path: url === "/" ? "" : url };
}

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  return /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/.test(new URL(url).hostname);
}

/** By their digests, so that the time it takes tells nothing. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
