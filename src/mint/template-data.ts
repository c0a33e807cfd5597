import type { Fields } from "../fields.ts";
import type { Message } from "../mcp/message.ts";
import type { Language } from "./language.ts";

/** What documents see of a request: templates and expressions. */
export interface Seen {
  readonly subject: {
    readonly id: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly scopes?: readonly string[];
    /** RFC 8693 section 4.1: who acts for the subject. */
    readonly act?: object;
  };
  readonly request: {
    readonly method: string;
    /** What the client asked, with the public origin. */
    readonly url: URL;
    readonly captures: Readonly<Record<string, string>>;
    readonly headers: Fields;
    /** The ultimate client's first. */
    readonly clientAddresses: readonly string[];
    /** Where a step of the rule looks into it. */
    readonly body?: unknown;
  };
  /** What the request asks of an MCP server; absent where its rule does not look into messages. */
  readonly mcp?: Message;
  readonly values: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Beyond the base: what the documents' templates use. */
  readonly language?: Language;
}

/** What a template sees where nobody is known yet, and nothing of the request. */
export function seenOfNobody(values: Seen["values"], language: Language): Seen {
  return {
    subject: { id: "", attributes: {} },
    request: {
      method: "",
      url: new URL("https://nowhere.invalid"),
      captures: {},
      headers: new Headers(),
      clientAddresses: [],
    },
    values,
    outputs: {},
    language,
  };
}

/** The value at a path of the objects, such as Request.URL.Path; undefined where there is none. */
export function valueAt(path: readonly string[], data: Seen): unknown {
  const [object, part, ...rest] = path;
  switch (object) {
    case undefined:
      return whole(["Subject", "Request", "Values", "Outputs"], path, data);
    case "Subject":
      if (part === undefined) return whole(["ID", "Attributes"], path, data);
      if (part === "ID") return data.subject.id;
      return part === "Attributes" ? below(data.subject.attributes, rest) : undefined;
    case "Request":
      return requestValue(part, rest, data.request);
    case "Values":
      return below(data.values, path.slice(1));
    case "Outputs":
      return below(data.outputs, path.slice(1));
    default:
      return undefined;
  }
}

/** An object as a mapping of its members. */
function whole(
  names: readonly string[],
  path: readonly string[],
  data: Seen,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, valueAt([...path, name], data)]));
}

/** Own members only: `constructor` and `__proto__` are names like any other. */
export function member(value: unknown, name: string | number): unknown {
  if (Array.isArray(value)) return typeof name === "number" ? value[name] : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** The value that the names lead to, one inside the other. */
export function below(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => member(inner, name), value);
}

/** RFC 6265 section 4.2.1: the first cookie of that name, without quotation marks. */
export function cookie(headers: Fields, name: string): string {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const [key = "", ...value] = pair.split("=");
    if (key.trim() === name)
      return value
        .join("=")
        .trim()
        .replace(/^"(.*)"$/, "$1");
  }
  return "";
}

function requestValue(
  part: string | undefined,
  rest: readonly string[],
  request: Seen["request"],
): unknown {
  switch (part) {
    case undefined:
      return {
        Method: request.method,
        URL: request.url.href,
        ClientIPAddresses: request.clientAddresses,
      };
    case "Method":
      return request.method;
    case "ClientIPAddresses":
      return request.clientAddresses;
    case "Body":
      return below(request.body, rest);
    case "URL":
      return urlValue(rest[0], rest.slice(1), request);
    default:
      return undefined;
  }
}

function urlValue(
  part: string | undefined,
  rest: readonly string[],
  { url, captures }: Seen["request"],
): unknown {
  switch (part) {
    case undefined:
    case "String":
      return url.href;
    case "Scheme":
      return url.protocol.slice(0, -1);
    case "Host":
      return url.host;
    case "Hostname":
      return url.hostname.replace(/^\[(.*)\]$/, "$1");
    case "Port":
      return url.port;
    case "Path":
      return decodedPath(url.pathname);
    case "RawQuery":
      return url.search.slice(1);
    case "Query":
      return below(query(url), rest);
    case "Captures":
      return below(captures, rest);
    default:
      return undefined;
  }
}

/** Without its percent-encoding, as in Go's net/url; as it is where that would not be UTF-8. */
function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Each name with all of its values. */
function query(url: URL): Readonly<Record<string, readonly string[]>> {
  const values = new Map<string, string[]>();
  for (const [name, value] of url.searchParams) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(values);
}
