import type { IncomingMessage, ServerResponse } from "node:http";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { bodyOf } from "../dev/world.ts";

/** An MCP server (Streamable HTTP, with sessions) whose tools do what a test of clients needs. */
export interface ScriptedServer extends Loopback {
  /** What it was asked, a line each: method of HTTP, method of the message, Last-Event-ID. */
  readonly asked: string[];
  /** The headers of what it was asked. */
  readonly headers: IncomingMessage["headers"][];
  /** Lets the tool `slow` answer. */
  heard(): void;
  /** Resolves once the call of `endless` is given up. */
  givenUp(): Promise<void>;
  /** Forgets what was asked. */
  reset(): void;
}

const session = "server-session";
const tools = ["order", "slow", "broken", "endless"];

export async function startScriptedServer(): Promise<ScriptedServer> {
  const asked: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  let heard = Promise.withResolvers<void>();
  let givenUp = Promise.withResolvers<void>();
  let brokenId: unknown;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await bodyOf(request)).toString();
    const message = text === "" ? {} : JSON.parse(text);
    const { id, method, params = {} } = message;
    const last = request.headers["last-event-id"];
    asked.push([request.method, method, params.name, last].filter((part) => part).join(" "));
    headers.push(request.headers);
    // Since 2026-07-28 there are no sessions, and no initialize.
    const modern = request.headers["mcp-protocol-version"] === "2026-07-28";
    const opens = modern || method === "initialize";
    if (!opens && request.headers["mcp-session-id"] !== session)
      return void response.writeHead(404).end();
    if (request.method === "GET" || params.name === "slow" || params.name === "broken") {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      return stream(response, last, message);
    }
    if (method === "notifications/cancelled") givenUp.resolve();
    if (id === undefined) return void response.writeHead(202).end();
    if (params.name === "endless") return void response.on("close", () => givenUp.resolve());
    response.writeHead(200, {
      "Content-Type": "application/json",
      ...(modern ? {} : { "Mcp-Session-Id": session }),
    });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...resultOf(method, params) }));
  }

  async function stream(
    response: ServerResponse,
    last: unknown,
    { id, params }: { id?: unknown; params?: { name?: string; _meta?: object } },
  ): Promise<void> {
    const say = (event: number, said: object) =>
      response.write(`id: ${event}\ndata: ${JSON.stringify({ jsonrpc: "2.0", ...said })}\n\n`);
    if (params?.name === "slow") {
      const progress = { progress: 1, total: 2, ...params._meta };
      say(1, { method: "notifications/progress", params: progress });
      await heard.promise;
      say(2, { id, result: content("slowly") });
      response.end();
    } else if (params?.name === "broken") {
      brokenId = id;
      response.end("id: 7\nretry: 10\ndata: \n\n");
    } else if (last === "7") {
      say(8, { id: brokenId, result: content("taken up") });
    } else say(20, { method: "notifications/tools/list_changed" });
  }

  const server = await listen((request, response) => void serve(request, response));
  return {
    ...server,
    asked,
    headers,
    heard: () => heard.resolve(),
    givenUp: () => givenUp.promise,
    reset() {
      asked.length = 0;
      headers.length = 0;
      heard = Promise.withResolvers();
      givenUp = Promise.withResolvers();
    },
  };
}

const content = (text: string) => ({
  resultType: "complete",
  content: [{ type: "text", text }],
});

/** Of whoever asks. */
const cacheable = { resultType: "complete", ttlMs: 1000, cacheScope: "public" };

function resultOf(method: string, params: { protocolVersion?: string; arguments?: object }) {
  switch (method) {
    case "initialize": {
      const { protocolVersion } = params;
      const capabilities = { tools: { listChanged: true } };
      const serverInfo = { name: "orders", version: "1" };
      return { result: { protocolVersion, capabilities, serverInfo } };
    }
    case "server/discover": {
      const supportedVersions = ["2026-07-28"];
      const capabilities = { tools: {} };
      return { result: { ...cacheable, supportedVersions, capabilities } };
    }
    case "tools/list":
      return {
        result: {
          ...cacheable,
          tools: tools.map((name) => ({ name, inputSchema: { type: "object" } })),
        },
      };
    case "tools/call":
      return { result: content(`ordered ${Reflect.get(Object(params.arguments), "what")}`) };
    default:
      return { error: { code: -32601, message: "no such method" } };
  }
}
