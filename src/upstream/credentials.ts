/** What has the methods of the web's Headers. */
export interface HeadersLike {
  get(name: string): string | null;
}
/** Node's headers: names in lower case. */
export type NodeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;
/** The header's value, headers, or a request that has headers. */
export type TokenSource =
  | string
  | null
  | undefined
  | HeadersLike
  | NodeHeaders
  | { readonly headers: HeadersLike | NodeHeaders };

/** Where the finalizer puts the token: its `header.name` and `header.scheme`. */
export interface TokenHeader {
  readonly name: string;
  /** "" where the token stands alone. */
  readonly scheme: string;
}

/** undefined: no such header, or of another scheme. null: more than one, or no token in it. */
export function tokenIn(source: TokenSource, header: TokenHeader): string | null | undefined {
  const value = headerValue(source, header.name.toLowerCase());
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") return null;
  const [first = "", ...rest] = value.trim().split(/ +/);
  const [scheme, token, ...more] = header.scheme === "" ? ["", first, ...rest] : [first, ...rest];
  if (scheme?.toLowerCase() !== header.scheme.toLowerCase()) return undefined;
  return token === undefined || more.length > 0 ? null : token;
}

function headerValue(
  source: TokenSource,
  name: string,
): string | readonly string[] | null | undefined {
  if (typeof source !== "object" || source === null) return source;
  if (isHeadersLike(source)) return source.get(name);
  const { headers } = source;
  if (typeof headers === "object" && headers !== null && !isList(headers)) {
    return isHeadersLike(headers) ? headers.get(name) : own(headers, name);
  }
  return isNodeHeaders(source) ? own(source, name) : undefined;
}

function own(headers: NodeHeaders, name: string): string | readonly string[] | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

function isHeadersLike(value: object): value is HeadersLike {
  return "get" in value && typeof value.get === "function";
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}

function isNodeHeaders(source: object): source is NodeHeaders {
  return !isHeadersLike(source);
}
