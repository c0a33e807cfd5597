/** RFC 3986 section 3.2.2: without case; "" is any host. A host with a port is compared with its port. */
export function matchesHost(host: string, asked: URL): boolean {
  if (host === "") return true;
  if (!host.startsWith("*.")) return host === asked.hostname || host === asked.host;
  const below = host.slice(1);
  return [asked.hostname, asked.host].some(
    (name) => name.endsWith(below) && name.length > below.length,
  );
}

/**
 * A document's host as a URL parser spells those of requests: in lower case and ASCII (IDNA), without
 * the port of https. A rule whose host is spelled otherwise would never be found.
 */
export function spelledHost(written: string): string {
  const [, wildcard = "", host = ""] = /^(\*\.)?(.*)$/.exec(written) ?? [];
  const url = `https://${host}`;
  return wildcard + (URL.canParse(url) ? new URL(url).host : host.toLowerCase());
}
