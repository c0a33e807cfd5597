/** RFC 3986 section 3.3: what a path may hold as it is; everything else is escaped by its UTF-8. */
const illegal = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/\\%]+/g;
const illegalDecoded = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/\\]+/g;

/** A path that arrived encoded (REST API, function URL, ALB), safe to stand in a URL: "?" would end it. */
export function encodedPath(path: string): string {
  return absolute(path).replace(illegal, encodeURIComponent);
}

/**
 * A path that the platform decoded (HTTP API). A slash that was encoded cannot be told from one
 * that was not; what the client signed can, so such a proof is refused.
 */
export function decodedPath(path: string): string {
  return absolute(path).replace(illegalDecoded, encodeURIComponent);
}

/** The path less a prefix of whole segments; unchanged where it has another beginning. */
export function withoutPrefix(path: string, prefix: string): string {
  if (prefix === "" || !absolute(path).startsWith(prefix)) return absolute(path);
  const rest = absolute(path).slice(prefix.length);
  return rest === "" || rest.startsWith("/") ? absolute(rest) : absolute(path);
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}
