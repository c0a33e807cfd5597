import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningWorker, startScript } from "../../../cli/workerd/workerd.ts";
import { type Edge, open, startEdge } from "./world.ts";

/** Echoes messages under the second subprotocol offered; without an upgrade, refuses. */
const echo = `export default { fetch(request) {
  if (request.headers.get("Upgrade") !== "websocket") return new Response("no", { status: 426 });
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  server.addEventListener("message", ({ data }) => server.send("echo " + data));
  server.addEventListener("close", ({ code, reason }) => server.close(code, reason));
  const offered = request.headers.get("Sec-WebSocket-Protocol") ?? "";
  return new Response(null, { status: 101, webSocket: client, headers: {
    "Sec-WebSocket-Protocol": offered.split(", ")[1] ?? "", "X-Forwarded": request.headers.get("X-Forwarded-Host") } });
} };`;

let upstream: RunningWorker;
let edge: Edge;

beforeAll(async () => {
  upstream = await startScript({ script: echo });
  edge = await startEdge(open(new URL(upstream.url).host));
});
afterAll(async () => {
  await edge?.stop();
  await upstream?.stop();
});

test("a WebSocket is joined to the upstream's, subprotocol and closing code included", async () => {
  const socket = new WebSocket(`${edge.url.replace("http", "ws")}/api/socket`, ["one", "two"]);
  await once(socket, "open");
  expect(socket.protocol).toBe("two");
  for (const text of ["first", "second"]) {
    socket.send(text);
    const [message] = await once(socket, "message");
    expect(message.data).toBe(`echo ${text}`);
  }
  socket.close(4000, "done");
  const [closed] = await once(socket, "close");
  expect([closed.code, closed.reason]).toEqual([4000, "done"]);
});

test("a WebSocket that no rule allows is refused, not upgraded", async () => {
  const socket = new WebSocket(`${edge.url.replace("http", "ws")}/elsewhere`);
  await once(socket, "error");
  expect(edge.lines.some((line) => line.includes("rule.unauthorized"))).toBe(true);
});

test("an upstream's refusal to upgrade reaches the client", async () => {
  const response = await fetch(`${edge.url}/api/socket`);
  expect(response.status).toBe(426);
});
