import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/jws/json.ts";
import { encodeHeaderValue, mcpName } from "../../src/mcp/request-headers.ts";
import { isEventStream, pause, resumed } from "./resumed.ts";
import { failureOf, type Upstream } from "./upstream.ts";

/** MCP 2026-07-28: a request says itself which version it speaks. */
const versionKey = "io.modelcontextprotocol/protocolVersion";

/**
 * MCP over stdin and stdout, a message a line, for clients that start servers as processes. Ends
 * with stdin, once what was asked is answered.
 */
export async function speakStdio(
  upstream: Upstream,
  input: Readable,
  output: Writable,
): Promise<void> {
  const session = new Session(upstream, (message) => {
    output.write(`${JSON.stringify(message)}\n`);
  });
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== "") await session.take(line);
  }
  await session.end();
}

class Session {
  readonly #upstream: Upstream;
  readonly #give: (message: JsonValue) => void;
  readonly #open = new Map<JsonValue, AbortController>();
  readonly #pending = new Set<Promise<void>>();
  readonly #ended = new AbortController();
  #id: string | undefined;
  #version: string | undefined;

  constructor(upstream: Upstream, give: (message: JsonValue) => void) {
    this.#upstream = upstream;
    this.#give = give;
  }

  /** Requests run side by side; what must come before the next message is waited for. */
  async take(line: string): Promise<void> {
    const message = parse(line);
    if (message === undefined) {
      this.#give(failure(null, -32700, "The line is no JSON."));
      return;
    }
    const sending = this.#send(message);
    this.#pending.add(sending);
    void sending.finally(() => this.#pending.delete(sending));
    const inOrder = !isRequest(message) || message.method === "initialize";
    if (inOrder) await sending;
  }

  async end(): Promise<void> {
    await Promise.all(this.#pending);
    this.#ended.abort();
    if (this.#id === undefined) return;
    const headers = this.#headers();
    const signal = AbortSignal.timeout(2000);
    const goodbye = this.#upstream.send("", { method: "DELETE", headers, signal });
    await goodbye.then((response) => response.body?.cancel()).catch(() => undefined);
  }

  async #send(message: JsonValue): Promise<void> {
    const { id = null, method } = isJsonObject(message) ? message : {};
    if (this.#cancels(message)) return;
    const left = new AbortController();
    if (isRequest(message)) this.#open.set(id, left);
    const signal = AbortSignal.any([left.signal, this.#ended.signal]);
    try {
      const headers = this.#headers(message);
      const body = JSON.stringify(message);
      const response = await this.#upstream.send("", { method: "POST", headers, body, signal });
      if (method === "initialize") this.#id = response.headers.get("Mcp-Session-Id") ?? undefined;
      await this.#receive(response, signal, message);
      if (method === "notifications/initialized") void this.#listen();
    } catch (error) {
      if (!signal.aborted && isRequest(message)) {
        this.#give(failure(id, -32000, failureOf(error, this.#upstream.base)));
      }
    } finally {
      this.#open.delete(id);
    }
  }

  /** 2026-07-28: there a request is cancelled by closing its stream, and by nothing else. */
  #cancels(message: JsonValue): boolean {
    if (!isJsonObject(message) || message.method !== "notifications/cancelled") return false;
    const { params = null } = message;
    const asked = isJsonObject(params) ? this.#open.get(params.requestId ?? null) : undefined;
    if (this.#id !== undefined || this.#version !== undefined || asked === undefined) return false;
    asked.abort();
    return true;
  }

  async #receive(response: Response, signal: AbortSignal, message: JsonValue): Promise<void> {
    if (isEventStream(response)) {
      await this.#receiveEvents(response, signal, message);
      return;
    }
    const text = await response.text();
    const received = text === "" ? undefined : parse(text);
    if (received !== undefined && isMessage(received)) this.#deliver(received, message);
    else if (!response.ok && isRequest(message)) {
      this.#give(failure(message.id ?? null, -32000, refusalText(response.status, received)));
    }
  }

  /** Until the answer is there; of what is no request, until the server ends it. */
  async #receiveEvents(
    response: Response,
    signal: AbortSignal,
    message: JsonValue,
  ): Promise<string | undefined> {
    const asked = isRequest(message) ? message : undefined;
    let over = asked === undefined;
    let last: string | undefined;
    const again = (id: string) => this.#resume(id, signal);
    for await (const { id, data } of resumed(response, again, signal, () => over)) {
      last = id ?? last;
      const received = data === undefined ? undefined : parse(data);
      if (received === undefined) continue;
      over ||= asked !== undefined && answers(received, asked);
      this.#deliver(received, message);
    }
    return last;
  }

  #deliver(received: JsonValue, asked: JsonValue): void {
    if (isJsonObject(asked) && asked.method === "initialize" && isJsonObject(received)) {
      const { result = null } = received;
      const version = isJsonObject(result) ? result.protocolVersion : undefined;
      if (typeof version === "string") this.#version = version;
    }
    this.#give(received);
  }

  /** What the server says by itself, a stream after the other: each ends with its token. */
  async #listen(): Promise<void> {
    const { signal } = this.#ended;
    try {
      let last: string | undefined;
      let response = await this.#resume(last, signal);
      // A server may have no such stream.
      while (isEventStream(response)) {
        last = (await this.#receiveEvents(response, signal, null)) ?? last;
        await wait(pause, undefined, { signal });
        response = await this.#resume(last, signal);
      }
      await response.body?.cancel();
    } catch {
      if (!signal.aborted) process.stderr.write("The server's own stream has ended.\n");
    }
  }

  #resume(lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    const headers = this.#headers();
    headers.set("Accept", "text/event-stream");
    headers.delete("Content-Type");
    if (lastEventId !== undefined) headers.set("Last-Event-ID", lastEventId);
    return this.#upstream.send("", { method: "GET", headers, signal });
  }

  #headers(message?: JsonValue): Headers {
    const headers = new Headers({
      Accept: "application/json, text/event-stream",
      "Content-Type": "application/json",
    });
    if (this.#id !== undefined) headers.set("Mcp-Session-Id", this.#id);
    if (this.#version !== undefined) headers.set("MCP-Protocol-Version", this.#version);
    if (message !== undefined) describe(message, headers);
    return headers;
  }
}

/** MCP 2026-07-28: the headers by which intermediaries see what the body asks. */
function describe(message: JsonValue, headers: Headers): void {
  if (!isJsonObject(message) || typeof message.method !== "string") return;
  const { method, params = null } = message;
  const meta = isJsonObject(params) ? params._meta : undefined;
  const version = isJsonObject(meta) ? meta[versionKey] : undefined;
  if (typeof version !== "string") return;
  headers.set("MCP-Protocol-Version", version);
  headers.set("Mcp-Method", method);
  const name = mcpName(method, params);
  if (name !== undefined) headers.set("Mcp-Name", encodeHeaderValue(name));
}

function isRequest(message: JsonValue): message is JsonObject {
  return isJsonObject(message) && message.method !== undefined && message.id !== undefined;
}

function answers(received: JsonValue, { id }: JsonObject): boolean {
  return isJsonObject(received) && received.method === undefined && received.id === id;
}

/** A refusal of the edge is JSON too, and no message of the protocol. */
function isMessage(value: JsonValue): boolean {
  return Array.isArray(value) || (isJsonObject(value) && value.jsonrpc === "2.0");
}

function refusalText(status: number, body: JsonValue | undefined): string {
  const said = isJsonObject(body) ? [body.error ?? body.code, body.error_description] : [];
  const words = said.filter((each) => typeof each === "string").join(": ");
  return `The server answered ${status}${words === "" ? "" : ` ${words.slice(0, 500)}`}`;
}

function failure(id: JsonValue, code: number, message: string): JsonObject {
  return { jsonrpc: "2.0", id, error: { code, message } };
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
