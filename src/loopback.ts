/** 127.0.0.0/8, [::1], localhost and *.localhost (RFC 6761 section 6.3), as a URL parser spells them. */
export function isLoopback(hostname: string): boolean {
  return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}
