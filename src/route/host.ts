/** RFC 3986 section 3.2.2: without case; "" is any host. A host with a port is compared with its port. */
export function matchesHost(host: string, asked: URL): boolean {
  if (host === "") return true;
  if (!host.startsWith("*.")) return host === asked.hostname || host === asked.host;
  const below = host.slice(1);
  return [asked.hostname, asked.host].some(
    (name) => name.endsWith(below) && name.length > below.length,
  );
}
