import type { Fields } from "../fields.ts";

const fixed = new Set([
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * RFC 9110 section 7.6.1: what concerns one connection only, also whatever `Connection` names but
 * for what the content is: whoever is behind must not take a body for another than was judged.
 * "Proxy" itself is dropped too: CGI turns it into HTTP_PROXY.
 */
export function hopByHop(headers: Fields): (name: string) => boolean {
  const connection = headers.get("Connection");
  if (connection === null) return isHopByHop;
  const named = new Set(
    connection
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => !name.startsWith("content-")),
  );
  return (name) => isHopByHop(name) || named.has(name);
}

/** @param name in lower case */
export function isHopByHop(name: string): boolean {
  return fixed.has(name) || (name.startsWith("proxy") && /^proxy(?:-|$)/.test(name));
}
