import { type Answered, headersOf, UnreadableRequest } from "./sent-request.ts";

/** CONNECT is between curl and its proxy. */
const requestLine = /^> (?!CONNECT )[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP\/[\d.]+\s*$/;
const statusLine = /^HTTP\/[\d.]+ (\d{3})\b/;
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/;
/** Characters of a body that are kept: a refusal's is short. */
const mostBody = 4000;

/** One exchange, as it was written down. */
export interface Exchange {
  /** The request line and fields. */
  readonly request: string;
  readonly answer?: Answered;
}

export function isTranscript(text: string): boolean {
  return text.split(/\r?\n/).some((line) => requestLine.test(line));
}

/** The exchanges of `curl -v`: what was sent begins with ">", what was answered with "<". */
export function exchangesOf(transcript: string): Exchange[] {
  const lines = transcript.split(/\r?\n/);
  const starts = lines.flatMap((line, index) => (requestLine.test(line) ? [index] : []));
  return starts.map((start, index) => {
    const exchange = lines.slice(start, starts[index + 1]);
    const request = marked(exchange, ">").join("\n");
    // 1xx are on the way to the answer (RFC 9110 section 15.2).
    const heads = marked(exchange, "<");
    const last = heads.findLastIndex((line) => statusLine.test(line));
    if (last === -1) return { request };
    const end = exchange.findLastIndex((line) => line.startsWith("<"));
    const body = exchange.slice(end + 1).filter((line) => !/^[*{}] /.test(line));
    return { request, answer: answerOf([...heads.slice(last), "", ...body].join("\n")) };
  });
}

/** What was sent, and behind it the answer as `curl -i` prints it. */
export function apart(text: string): { readonly sent: string; readonly answer?: Answered } {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => statusLine.test(line));
  if (start <= 0) return { sent: text };
  const sent = lines.slice(0, start).join("\n").trim();
  return { sent, answer: answerOf(lines.slice(start).join("\n")) };
}

function answerOf(text: string): Answered {
  const [head = "", ...rest] = text.split(/\r?\n[ \t]*\r?\n/);
  const [first = "", ...lines] = head.split(/\r?\n/);
  const status = Number(statusLine.exec(first)?.[1]);
  const fields = lines.flatMap((line): [string, string][] => {
    const [, name, value = ""] = field.exec(line.trimEnd()) ?? [];
    return name === undefined ? [] : [[name, value]];
  });
  const body = rest.join("\n\n").trim();
  try {
    const answer = { status, headers: headersOf(fields) };
    return body === "" || body.length > mostBody ? answer : { ...answer, body: jsonIn(body) };
  } catch (error) {
    if (error instanceof UnreadableRequest) return { status, headers: new Headers() };
    throw error;
  }
}

/** curl's own remarks may stand before and behind it. */
function jsonIn(body: string): string {
  return /\{[\s\S]*\}/.exec(body)?.[0] ?? body;
}

function marked(lines: readonly string[], mark: ">" | "<"): string[] {
  return lines
    .filter((line) => line === mark || line.startsWith(`${mark} `))
    .map((line) => line.slice(2));
}
