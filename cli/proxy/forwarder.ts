import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { hopByHop } from "../../src/forward/hop-by-hop.ts";
import type { StreamEvent } from "../../src/mcp/event-stream.ts";
import { UsageError } from "../exit.ts";
import { notHeard } from "../network/free-port.ts";
import { admit, secretHeader } from "./guard.ts";
import { isEventStream, resumed } from "./resumed.ts";
import { failureOf, OutsideError, type Upstream } from "./upstream.ts";

export interface Forwarder {
  readonly url: string;
  stop(): void;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** Whether cookies pass: a browser has one jar for all that listens on loopback. */
  readonly cookies: boolean;
}

/** Bytes of a body that are kept so that it can be sent again; what is longer is streamed, once. */
const repeatable = 1024 * 1024;

/** Listens on loopback. @throws UsageError where the port is taken */
export async function listen(upstream: Upstream, options: ListenOptions): Promise<Forwarder> {
  const { host, port, secret } = options;
  const server: Server = createServer(
    (request, response) => void answer(request, response, upstream, options),
  );
  server.requestTimeout = 0;
  server.listen(port, host);
  await once(server, "listening").catch((error: unknown) => {
    throw new UsageError(notHeard(`${host}:${port}`, "--listen", error));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}/${secret}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: Upstream,
  { secret, cookies }: ListenOptions,
): Promise<void> {
  const admitted = admit(request, secret);
  if (admitted === undefined) {
    say(response, 403, "This proxy wants its secret: the path that it printed when it started.");
    return;
  }
  const left = new AbortController();
  response.on("close", () => left.abort());
  const method = request.method ?? "GET";
  const { signal } = left;
  const headers = headersOf(request, cookies);
  try {
    const body = await bodyOf(request);
    const asked = { method, headers, signal, ...(body === undefined ? {} : { body }) };
    const got = await upstream.send(admitted.path, asked);
    const again = (lastEventId: string) => {
      const resuming = new Headers(headers);
      resuming.set("Last-Event-ID", lastEventId);
      return upstream.send(admitted.path, { method, headers: resuming, signal });
    };
    response.writeHead(got.status, responseHeaders(got.headers, cookies));
    response.flushHeaders();
    if (got.body === null) response.end();
    else if (method === "GET" && isEventStream(got)) {
      await pipeline(Readable.from(blocks(resumed(got, again, signal))), response);
    } else await pipeline(Readable.fromWeb(got.body as NodeStream), response);
  } catch (error) {
    if (signal.aborted) return;
    const failure = failureOf(error, upstream.base);
    // Who started the proxy may see no more of an answer than that it failed.
    process.stderr.write(`${failure}\n`);
    if (response.headersSent) response.destroy();
    else say(response, error instanceof OutsideError ? 400 : 502, failure);
  }
}

async function* blocks(events: AsyncIterable<StreamEvent>): AsyncGenerator<string> {
  for await (const { block } of events) yield block;
}

/** What is of this hop or of this machine stays here; token and proof are made. */
function headersOf(request: IncomingMessage, cookies: boolean): Headers {
  const all = new Headers();
  const { rawHeaders } = request;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    all.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  }
  const isHop = hopByHop(all);
  const ours = new Set(["authorization", "dpop", "host", "origin", "referer", secretHeader]);
  for (const name of [...all.keys()]) {
    if (isHop(name) || ours.has(name) || name === "content-length") all.delete(name);
    if (name === "cookie" && !cookies) all.delete(name);
  }
  return all;
}

function responseHeaders(headers: Headers, cookies: boolean): [string, string][] {
  const isHop = hopByHop(headers);
  const ours = new Set(["dpop-nonce", ...(cookies ? [] : ["set-cookie"])]);
  return [...headers].filter(([name]) => !isHop(name) && !ours.has(name));
}

async function bodyOf(
  request: IncomingMessage,
): Promise<ArrayBuffer | ReadableStream<Uint8Array> | undefined> {
  const { method, headers } = request;
  const announced = headers["content-length"] ?? headers["transfer-encoding"];
  if (method === "GET" || method === "HEAD" || announced === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const source = request[Symbol.asyncIterator]();
  while (length <= repeatable) {
    const next = await source.next();
    if (next.done) {
      const whole = Buffer.concat(chunks);
      return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength);
    }
    chunks.push(next.value);
    length += next.value.length;
  }
  return ReadableStream.from(rest(chunks, source));
}

async function* rest(begun: readonly Uint8Array[], source: AsyncIterator<Uint8Array>) {
  yield* begun;
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
  });
  response.end(`${text}\n`);
}
