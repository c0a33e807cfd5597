import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { speakStdio } from "../../../cli/proxy/stdio.ts";
import type { Asked, Upstream } from "../../../cli/proxy/upstream.ts";

/** A stream that says so much and ends. */
const events = (text: string) =>
  new Response(text, { headers: { "Content-Type": "text/event-stream" } });
const event = (id: number, message: object) =>
  `id: ${id}\nretry: 1\ndata: ${JSON.stringify({ jsonrpc: "2.0", ...message })}\n\n`;

type Answer = (asked: Asked) => Response;

/** What the client hears, until it has heard so many messages, and what the server was asked. */
async function speak(lines: readonly object[], answers: readonly Answer[], heard: number) {
  const asked: string[] = [];
  const left = [...answers];
  const upstream: Upstream = {
    base: new URL("https://mcp.example/mcp"),
    async send(_, request) {
      const { method, headers } = request;
      asked.push([method, headers.get("Last-Event-ID")].filter((each) => each).join(" "));
      return left.shift()?.(request) ?? new Response(null, { status: 405 });
    },
  };
  const [input, output] = [new PassThrough(), new PassThrough()];
  const said: unknown[] = [];
  const all = Promise.withResolvers<void>();
  output.on("data", (line) => {
    said.push(JSON.parse(String(line)));
    if (said.length === heard) all.resolve();
  });
  const speaking = speakStdio(upstream, input, output);
  for (const line of lines) input.write(`${JSON.stringify(line)}\n`);
  await all.promise;
  input.end();
  await speaking;
  return { said, asked };
}

const call = { jsonrpc: "2.0", id: 5, method: "tools/call", params: { name: "x" } };
const progress = { method: "notifications/progress", params: {} };

test("a stream that ends before its answer is taken up", async () => {
  const { said, asked } = await speak(
    [call],
    [
      () => events(event(1, progress)),
      () => events(event(2, { id: 9, result: {} })),
      () => events(event(3, { id: 5, result: { content: [] } })),
    ],
    3,
  );
  expect(said).toEqual([
    { jsonrpc: "2.0", ...progress },
    { jsonrpc: "2.0", id: 9, result: {} },
    { jsonrpc: "2.0", id: 5, result: { content: [] } },
  ]);
  expect(asked).toEqual(["POST", "GET 1", "GET 2"]);
});

test("one that cannot be taken up is an error of its call, not silence", async () => {
  const { said } = await speak([call], [() => events('data: {"jsonrpc":"2.0"}\n\n')], 2);
  expect(said[1]).toMatchObject({
    id: 5,
    error: { message: "https://mcp.example: the stream ended without an answer." },
  });
});

test("the server's own stream is opened again when its token has ended", async () => {
  const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
  const changed = { method: "notifications/tools/list_changed" };
  const { said, asked } = await speak(
    [initialized],
    [
      () => new Response(null, { status: 202 }),
      () => events(event(1, changed)),
      () => events(event(2, changed)),
    ],
    2,
  );
  expect(said).toEqual([changed, changed].map((each) => ({ jsonrpc: "2.0", ...each })));
  expect(asked.slice(0, 3)).toEqual(["POST", "GET", "GET 1"]);
});
