import type { IncomingMessage, ServerResponse } from "node:http";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDpopClient, memoryKeyStore } from "../../../src/client/index.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { type Edge, type Issuer, startIssuer } from "../dev/world.ts";
import { agentFiles, type Running, startMcpEdge, startProxy } from "./world.ts";

// A server that says one thing and then waits until it was heard: whoever buffers stops here.

let server: Loopback;
let issuer: Issuer;
let edge: Edge;
let files: Awaited<ReturnType<typeof agentFiles>>;
let proxy: Running;
let heard = Promise.withResolvers<void>();
let left = Promise.withResolvers<void>();

const rule = (id: string, more: string) => `
  - id: ${id}
    match: {routes: [{path: /${id}}]${more}
    forward_to: {host: "HOST"}
    execute: [{authenticator: dpop_jwt}]`;
const rules = `rules:${rule("plain", "}")}${rule("messages", ", mcp: {}}")}${rule(
  "filtered",
  ", mcp: {}}\n    filter_lists: true",
)}`;

beforeAll(async () => {
  server = await listen((request, response) => void serve(request, response));
  issuer = await startIssuer();
  edge = await startMcpEdge(issuer.jwks, rules.replaceAll("HOST", server.host));
  files = await agentFiles(issuer.accessToken);
  proxy = await startProxy(edge.url, files);
});
afterAll(async () => {
  await proxy?.stop();
  await edge?.stop();
  await issuer?.stop();
  await server?.stop();
  files?.remove();
});

const event = (id: number, result: object) =>
  `id: ${id}\ndata: ${JSON.stringify({ jsonrpc: "2.0", id, result })}\n\n`;
const events = [event(1, { tools: [{ name: "x" }] }), event(2, {})];

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [first, rest] = events;
  request.resume();
  response.on("close", () => left.resolve());
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(first);
  await heard.promise;
  if (request.headers["x-endless"] === undefined) response.end(rest);
  else {
    const more = setInterval(() => response.write(rest), 20);
    response.on("close", () => clearInterval(more));
  }
}

type Ask = (path: string, init: RequestInit) => Promise<Response>;

const asEdge = (token: () => Promise<string>): Ask => {
  const client = createDpopClient({
    keyStore: memoryKeyStore(files.key),
    token,
    origins: [edge.url],
  });
  return (path, init) => client.fetch(`${edge.url}${path}`, init);
};
const directly: Ask = (path, init) =>
  asEdge(() => issuer.accessToken(files.key.thumbprint))(path, init);
const byProxy: Ask = (path, init) => fetch(`${proxy.said}${path}`, init);

const accept = { Accept: "application/json, text/event-stream" };
const list = {
  method: "POST",
  headers: { ...accept, "Content-Type": "application/json" },
  body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
};

describe.each<[string, Ask]>([
  ["the Worker", directly],
  ["the proxy", byProxy],
])("through %s the first event is there before the second is sent", (_, ask) => {
  test.each([
    ["/plain", "POST", list],
    ["/plain", "GET", { headers: accept }],
    ["/messages", "POST", list],
    ["/messages", "GET", { headers: accept }],
    ["/filtered", "POST", list],
    ["/filtered", "GET", { headers: accept }],
  ])("%s: %s", async (path, __, init) => {
    heard = Promise.withResolvers();
    const response = await ask(path, init);
    expect(response.status).toBe(200);
    const reader = (response.body ?? expect.unreachable()).getReader();
    const decoder = new TextDecoder();
    let text = "";
    const read = async () => {
      const { value, done } = await reader.read();
      text += decoder.decode(value, { stream: true });
      return done;
    };
    while (!text.includes("\n\n")) await read();
    expect(text).toBe(events[0]);
    heard.resolve();
    while (!(await read()));
    expect(text).toBe(events.join(""));
  });
});

test("a stream ends when its token says so, not with the leeway, and the server is left", async () => {
  heard = Promise.withResolvers();
  left = Promise.withResolvers();
  const token = await issuer.accessToken(files.key.thumbprint, "3s");
  const { exp = 0 } = decodeJwt(token);
  const response = await asEdge(async () => token)("/messages", {
    headers: { ...accept, "X-Endless": "1" },
  });
  expect(await response.text()).toBe(events[0]);
  const ended = Date.now() / 1000;
  expect(ended).toBeGreaterThanOrEqual(exp);
  // The leeway is ten seconds.
  expect(ended).toBeLessThan(exp + 10);
  await left.promise;
});

test.each<[string, Ask, string]>([
  ["the Worker", directly, "/plain"],
  ["the Worker", directly, "/filtered"],
  ["the proxy", byProxy, "/filtered"],
])("who leaves %s's stream leaves the server's, at its next word: %s", async (_, ask, path) => {
  heard = Promise.withResolvers();
  left = Promise.withResolvers();
  const gone = new AbortController();
  const init = { headers: { ...accept, "X-Endless": "1" }, signal: gone.signal };
  const response = await ask(path, init);
  await response.body?.getReader().read();
  gone.abort();
  // Local workerd takes the end of a connection for that of the request, until it writes.
  heard.resolve();
  await left.promise;
});
