import { whatLineIs } from "./placeholders.ts";
import { headersOf, type SentRequest, UnreadableRequest } from "./sent-request.ts";

const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+)(?: HTTP\/[\d.]+)?$/;
const field = /^(:?[!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/;

/**
 * A request line and header fields, as HTTP/1.1 writes them or as developer tools show HTTP/2. What
 * follows the empty line is the body.
 * @throws UnreadableRequest
 */
export function readRaw(text: string): SentRequest {
  const { lines, bodyText } = parts(text);
  const [first = ""] = lines;
  const [, method, target] = requestLine.exec(first) ?? [];
  if (method === undefined && lines.length === 1 && !isField(first)) {
    throw new UnreadableRequest(whatLineIs(first));
  }
  const fields = (method === undefined ? lines : lines.slice(1)).map(fieldOf);
  const pseudo = (name: string) => fields.find((each) => each[0].toLowerCase() === name)?.[1];
  const url = urlOf(
    target ?? pseudo(":path"),
    pseudo(":authority") ?? pseudo("host"),
    pseudo(":scheme"),
  );
  const asked = method ?? pseudo(":method");
  if (asked === undefined) {
    throw new UnreadableRequest(
      "There is no request line: begin with one such as GET https://api.example.com/orders HTTP/1.1.",
    );
  }
  return {
    method: asked,
    url,
    headers: headersOf(fields.filter(([name]) => !name.startsWith(":"))),
    ...(bodyText === "" ? {} : { bodyText }),
  };
}

function parts(text: string): { readonly lines: readonly string[]; readonly bodyText: string } {
  const all = text.replace(/^\s+/, "").split(/\r?\n/);
  const end = all.findIndex((line) => line.trim() === "");
  return {
    lines: all.slice(0, end === -1 ? undefined : end).map((line) => line.trimEnd()),
    bodyText:
      end === -1
        ? ""
        : all
            .slice(end + 1)
            .join("\n")
            .trimEnd(),
  };
}

/** A URL would be one by its form. */
function isField(line: string): boolean {
  return field.test(line) && !/^https?:\/\//i.test(line);
}

function fieldOf(line: string, index: number): [string, string] {
  const [, name, value = ""] = field.exec(line) ?? [];
  if (name !== undefined) return [name, value];
  // Not echoed: a token that was broken over two lines stands here.
  throw new UnreadableRequest(
    `Line ${index + 2} is no header field (Name: value): a token or proof may have been broken over two lines.`,
  );
}

function urlOf(target: string | undefined, authority: string | undefined, scheme?: string): string {
  const [path = ""] = (target ?? "").split("#");
  if (/^https?:\/\//i.test(path)) return path;
  if (authority === undefined || !path.startsWith("/")) {
    throw new UnreadableRequest(
      "The URL cannot be told: begin with a request line such as GET https://api.example.com/orders HTTP/1.1, or add a Host field.",
    );
  }
  const loopback = /^(?:localhost|[^:]*\.localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/i.test(authority);
  return `${scheme ?? (loopback ? "http" : "https")}://${authority}${path}`;
}
