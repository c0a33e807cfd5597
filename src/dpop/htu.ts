import { Refused } from "../decision.ts";
import { found } from "./found.ts";

/**
 * RFC 9449 section 4.3, check 9: the URL of the request, without query and fragment, both sides
 * normalised. Throws proof.htu.
 */
export function checkHtu(htu: unknown, request: URL): void {
  // Most clients spell it as a parser does, and such a text is one URL to everybody.
  if (typeof htu === "string" && plain.test(htu) && htu === request.origin + request.pathname)
    return;
  const expected = normalise(request.href);
  const signed = typeof htu === "string" ? normalise(htu) : undefined;
  if (signed !== undefined && signed === expected) return;
  throw new Refused("proof.htu", {
    ...(expected === undefined ? {} : { expected }),
    found: signed?.slice(0, 256) ?? (typeof htu === "string" ? notAUrl : found(htu)),
  });
}

/** Nothing in it that normalising would change or refuse, but for a default port and dot segments. */
const plain = /^https?:\/\/[a-z0-9.-]+(?::\d+)?(?:\/[A-Za-z0-9_~-]*)+$/;

const notAUrl = "not an absolute http or https URL";

/** Scheme, authority, path; query and fragment are cut off. */
const parts = /^(https?):\/\/([^/?#]*)([^?#]*)/i;
const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * One text for equivalent URLs (RFC 3986 section 6.2.2, RFC 9110 section 4.2.3): scheme and host in
 * lower case, no default port, no empty path, no dot segments, percent-encoding in upper case and
 * only where it is needed. undefined for what is not an absolute http(s) URL, carries userinfo, or
 * is only one because parsers forgive: backslashes, white space, control characters, stray percents.
 */
export function normalise(url: string): string | undefined {
  if (hasForbidden(url)) return undefined;
  const [, scheme, authority, path] = parts.exec(url) ?? [];
  if (scheme === undefined || authority === undefined || path === undefined) return undefined;
  const lowerScheme = scheme.toLowerCase();
  const host = normaliseAuthority(authority, defaultPorts[lowerScheme]);
  const normalPath = normalisePath(path);
  if (host === undefined || normalPath === undefined) return undefined;
  return `${lowerScheme}://${host}${normalPath}`;
}

/** White space and control characters anywhere: parsers drop some of them, so what is left differs. */
function hasForbidden(url: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u0020\u007f]/.test(url) || !url.isWellFormed();
}

const hostAndPort = /^(\[[0-9a-f:.]+\]|[^[\]:@%\\]+)(?::(\d{0,5}))?$/i;

function normaliseAuthority(authority: string, defaultPort?: number): string | undefined {
  const [, name, digits] = hostAndPort.exec(authority) ?? [];
  if (name === undefined) return undefined;
  const host = normaliseHost(name);
  if (host === undefined) return undefined;
  if (digits === undefined || digits === "") return host;
  const port = Number(digits);
  if (port > 65535) return undefined;
  return port === defaultPort ? host : `${host}:${port}`;
}

function normaliseHost(name: string): string | undefined {
  // "127.1" and "0x7f000001" stay what they are: names that are not the request's.
  if (/^[a-z0-9._-]+$/i.test(name)) return name.toLowerCase();
  // URL knows IDNA and the one spelling of an IPv6 address (RFC 5952).
  const address = `http://${name}`;
  const host = URL.canParse(address) ? new URL(address).hostname : "";
  return /^(?:[a-z0-9._-]+|\[[0-9a-f:]+\])$/.test(host) ? host : undefined;
}

/** What RFC 3986 section 3.3 lets stand in a path as it is; everything else is percent-encoded. */
const pathCharacters = /%[0-9a-f]{2}|[A-Za-z0-9._~!$&'()*+,;=:@/-]|./giu;

function normalisePath(path: string): string | undefined {
  if (path.includes("\\") || /%(?![0-9a-f]{2})/i.test(path)) return undefined;
  const encoded = path.replace(pathCharacters, (part) => {
    if (part.length === 3 && part.startsWith("%")) return normalisePercent(part);
    return /^[A-Za-z0-9._~!$&'()*+,;=:@/-]$/.test(part) ? part : encodeURIComponent(part);
  });
  return removeDotSegments(encoded);
}

/** RFC 3986 sections 6.2.2.1 and 6.2.2.2. */
function normalisePercent(triplet: string): string {
  const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : triplet.toUpperCase();
}

/** RFC 3986 section 5.2.4, for a path that is empty or begins with a slash. */
function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const dots = segment === "." || segment === "..";
    if (segment === "..") kept.pop();
    if (!dots) kept.push(segment);
    // A dot segment at the end leaves its slash.
    else if (index === segments.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`;
}
