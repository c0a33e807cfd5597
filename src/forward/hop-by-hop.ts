const fixed = new Set([
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * RFC 9110 section 7.6.1: what concerns one connection only, also whatever `Connection` names.
 * "Proxy" itself is dropped too: CGI turns it into HTTP_PROXY.
 */
export function hopByHop(headers: Headers): (name: string) => boolean {
  const connection = headers.get("Connection");
  if (connection === null) return isHopByHop;
  const named = new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
  return (name) => isHopByHop(name) || named.has(name);
}

/** @param name in lower case */
export function isHopByHop(name: string): boolean {
  return fixed.has(name) || (name.startsWith("proxy") && /^proxy(?:-|$)/.test(name));
}
