import type { Cors } from "./configuration.ts";
import type { Fields } from "./fields.ts";
import type { EdgeRequest } from "./runtime.ts";

/** RFC 9449 section 8: without the first two a browser's client could answer no challenge. */
const alwaysExposed = ["DPoP-Nonce", "WWW-Authenticate", "X-Request-Id"];

/** Where the document names none: what a client of ours cannot do without. */
const alwaysAllowed = ["Authorization", "Content-Type", "DPoP"];

/** Fetch standard, CORS-preflight request: OPTIONS with Origin and Access-Control-Request-Method. */
export function isPreflight(request: EdgeRequest): boolean {
  return (
    request.method === "OPTIONS" &&
    request.headers.has("Origin") &&
    request.headers.has("Access-Control-Request-Method")
  );
}

/** The method that a preflight asks for, by which its rule is found. */
export function requestedMethod(request: EdgeRequest): string {
  return request.headers.get("Access-Control-Request-Method") ?? request.method;
}

/** The headers of an actual response; for an origin that is not allowed only Vary. */
export function corsHeaders(cors: Cors, requestHeaders: Fields): Headers {
  const headers = originHeaders(cors, requestHeaders);
  if (headers.has("Access-Control-Allow-Origin")) {
    headers.set("Access-Control-Expose-Headers", exposed(cors).join(", "));
  }
  return headers;
}

/** The headers that answer a preflight; for an origin that is not allowed only Vary. */
export function preflightHeaders(cors: Cors, requestHeaders: Fields): Headers {
  const headers = originHeaders(cors, requestHeaders);
  headers.append("Vary", "Access-Control-Request-Method");
  headers.append("Vary", "Access-Control-Request-Headers");
  if (!headers.has("Access-Control-Allow-Origin")) return headers;
  const { allowedMethods, allowedHeaders } = cors;
  const methods = listed(allowedMethods, requestHeaders.get("Access-Control-Request-Method"));
  const allowed = listed(
    allowedHeaders.length === 0 ? alwaysAllowed : allowedHeaders,
    requestHeaders.get("Access-Control-Request-Headers"),
  );
  if (methods) headers.set("Access-Control-Allow-Methods", methods);
  if (allowed) headers.set("Access-Control-Allow-Headers", allowed);
  if (cors.maxAge !== undefined)
    headers.set("Access-Control-Max-Age", String(Math.floor(cors.maxAge)));
  return headers;
}

function originHeaders(cors: Cors, requestHeaders: Fields): Headers {
  // A cache that keeps one origin's answer for another would lock the other out, or let it in.
  const headers = new Headers({ Vary: "Origin" });
  const origin = requestHeaders.get("Origin");
  if (origin === null || !isAllowed(origin, cors.allowedOrigins)) return headers;
  // Echoed rather than "*": browsers refuse the literal together with credentials.
  headers.set("Access-Control-Allow-Origin", origin);
  if (cors.allowCredentials) headers.set("Access-Control-Allow-Credentials", "true");
  return headers;
}

/** Whether pages of that origin may call. */
export function allowsOrigin({ allowedOrigins }: Cors, origin: string): boolean {
  return isAllowed(origin, allowedOrigins);
}

function isAllowed(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => {
    if (pattern === "*") return true;
    const [before, after] = pattern.toLowerCase().split("//*.", 2);
    return before === undefined || after === undefined
      ? pattern.toLowerCase() === origin
      : isSubdomain(origin, `${before}//`, `.${after}`);
  });
}

/** One or more labels in the wildcard's place and nothing else: no port, path or user can hide there. */
function isSubdomain(origin: string, scheme: string, domain: string): boolean {
  if (!origin.startsWith(scheme) || !origin.endsWith(domain)) return false;
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(origin.slice(scheme.length, -domain.length));
}

function exposed(cors: Cors): readonly string[] {
  // Beside credentials "*" is no wildcard, and it is these names that matter anyway.
  const known = new Set(alwaysExposed.map((name) => name.toLowerCase()));
  return [
    ...alwaysExposed,
    ...cors.exposedHeaders.filter((name) => !known.has(name.toLowerCase())),
  ];
}

/** What is allowed, as a field value; "*" allows what was asked for, since beside credentials it is no wildcard. */
function listed(allowed: readonly string[], asked: string | null): string | null {
  if (!allowed.includes("*")) return allowed.length === 0 ? null : allowed.join(", ");
  return asked;
}
