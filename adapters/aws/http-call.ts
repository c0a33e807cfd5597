import type { ClientRequest, Agent as HttpAgent, IncomingMessage, RequestOptions } from "node:http";

export interface UpstreamRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
  readonly redirect: "manual";
  readonly cache: "no-store";
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Sends one request, once. It follows no redirect, decodes no content coding, and adds no header of its own. */
export type Send = (url: string, request: UpstreamRequest) => Promise<UpstreamAnswer>;

/** What came back is no HTTP answer, or none that can be passed on. */
export class IncomprehensibleAnswer extends Error {
  override readonly name = "IncomprehensibleAnswer";
}

/** The connection was made, and ended before an answer could be read. */
export class LostConnection extends Error {
  override readonly name = "LostConnection";
}

/** Milliseconds, by the wall clock: a frozen function's connections are gone when it thaws. */
const freshness = 3000;

/** One protocol, with the connections that are kept. */
interface Way {
  readonly request: (options: RequestOptions) => ClientRequest;
  readonly agent: HttpAgent;
}

/**
 * By node:http, since fetch adds headers that nobody sent (accept, accept-language, sec-fetch-mode,
 * user-agent), decodes what it gets, and takes twice the CPU. Field values are octets, written and
 * read as latin1.
 */
export function createHttpCall(now: () => number = () => Date.now()): Send {
  let usedAt = now();
  let ways: ReturnType<typeof waysOut> | undefined;

  return async (url, { method, headers, body, signal }) => {
    ways ??= waysOut();
    const { http, https, urlToHttpOptions } = await ways;
    if (now() - usedAt > freshness) for (const { agent } of [http, https]) closeIdle(agent);
    usedAt = now();
    const fields: Record<string, string | number> = Object.fromEntries(headers);
    // Node would send a body with some methods in chunks, which not every upstream reads.
    if (body !== null) fields["content-length"] = body.byteLength;
    const { request, agent } = url.startsWith("https:") ? https : http;
    const target = { ...urlToHttpOptions(new URL(url)), path: pathOf(url) };
    const sent = request({ ...target, method, headers: fields, signal, agent });
    const message = await answered(sent, body);
    return { status: message.statusCode ?? 0, headers: fieldsOf(message), body: whole(message) };
  };
}

/** Imported when they are first used: they take longer than all other code of a function. */
export async function loadProtocols() {
  return await Promise.all([import("node:http"), import("node:https"), import("node:url")]);
}

async function waysOut() {
  const [http, https, { urlToHttpOptions }] = await loadProtocols();
  const open: Way = { request: http.request, agent: new http.Agent({ keepAlive: true }) };
  const secure: Way = { request: https.request, agent: new https.Agent({ keepAlive: true }) };
  return { http: open, https: secure, urlToHttpOptions };
}

function closeIdle({ freeSockets }: HttpAgent): void {
  for (const sockets of Object.values(freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}

/** Path and query as they are written: a parser would spell some characters anew. */
function pathOf(url: string): string {
  const from = url.indexOf("/", url.indexOf("//") + 2);
  return from < 0 ? "/" : url.slice(from);
}

function answered(sent: ClientRequest, body: Uint8Array | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let connected = false;
    sent.on("socket", (socket) => {
      connected = !socket.connecting;
      // Not on a connection that is kept: it connects no more, and would gather listeners.
      if (socket.connecting)
        socket.once("connect", () => {
          connected = true;
        });
    });
    sent.on("response", resolve);
    sent.on("upgrade", (_, socket) => {
      socket.destroy();
      reject(new IncomprehensibleAnswer("an upgrade"));
    });
    sent.on("error", (fault: NodeJS.ErrnoException) => {
      const code = fault.code ?? fault.name;
      if (code.startsWith("HPE_")) reject(new IncomprehensibleAnswer(code));
      else reject(connected && code === "ECONNRESET" ? new LostConnection(code) : fault);
    });
    sent.end(body ?? undefined);
  });
}

function fieldsOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  return headers;
}

/** An answer that breaks off is none. */
async function* whole(message: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of message) yield chunk;
  } catch (fault) {
    throw new IncomprehensibleAnswer(fault instanceof Error ? fault.name : "broken");
  }
}
