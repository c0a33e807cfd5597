import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createProxyHandler } from "../../../adapters/aws/proxy-handler.ts";
import { noNonce, withRule } from "../../core/authorizer/world.ts";
import { httpEvent } from "./events.ts";
import { createAwsWorld, provenHeaders } from "./world.ts";

// Behind the proxy a server of bytes: what arrives there, and what is made of what it answers.

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
let answer: string | Buffer = ok;
let arrived = "";
let connections = 0;
const upstream = createServer((socket) => {
  connections += 1;
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => {
    arrived += bytes.toString("latin1");
    if (!arrived.includes("\r\n\r\n")) return;
    if (answer === ok) socket.write(answer);
    else socket.end(answer);
  });
});
beforeAll(() => once(upstream.listen(0, "127.0.0.1"), "listening"));
afterAll(() => void upstream.close());
afterEach(() => {
  vi.restoreAllMocks();
  answer = ok;
  arrived = "";
});

function host(): string {
  const address = upstream.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  return `127.0.0.1:${address.port}`;
}

async function call(
  sent: Record<string, string> = {},
  body?: string,
  method = "GET",
  to = host(),
  rawQueryString = "",
) {
  const [rule = expect.unreachable()] = noNonce.rules;
  const forwardTo = {
    ...(rule.forwardTo ?? expect.unreachable()),
    scheme: "http",
    host: to,
  } as const;
  const settings = { ...withRule({ forwardTo }), upstreamTimeout: 2 };
  const aws = createAwsWorld(settings);
  const handler = createProxyHandler(settings, { runtime: aws.runtime });
  const { Authorization, DPoP } = await provenHeaders(aws, { htm: method });
  const headers = { authorization: Authorization, dpop: DPoP, ...sent };
  const event = httpEvent({ method, headers, rawQueryString }, body === undefined ? {} : { body });
  const result = await handler(event);
  const text = Buffer.from(result.body ?? "", "base64").toString("latin1");
  return { ...result, text };
}

const fieldsThatArrived = () =>
  arrived
    .split("\r\n\r\n")[0]
    ?.split("\r\n")
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(":")).toLowerCase())
    .toSorted();

describe("what the upstream receives", () => {
  const ours = [
    "authorization",
    "connection",
    "host",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-request-id",
  ];

  test("no header that nobody sent", async () => {
    expect(await call()).toMatchObject({ statusCode: 200, text: "hi" });
    expect(fieldsThatArrived()?.filter((name) => name !== "x-forwarded-host")).toEqual(ours);
  });

  test("the client's accept, coding and agent as they are", async () => {
    const sent = { accept: "x/y", "accept-encoding": "br", "user-agent": "ours" };
    await call(sent);
    for (const [name, value] of Object.entries(sent))
      expect(arrived.toLowerCase()).toContain(`\r\n${name}: ${value}\r\n`);
  });

  test.each(["POST", "DELETE"])("%s: the body with its length, not in chunks", async (method) => {
    await call({}, "hello", method);
    expect(arrived).toMatch(/\r\ncontent-length: 5\r\n/i);
    expect(arrived).toMatch(/\r\n\r\nhello$/);
    expect(arrived).not.toMatch(/transfer-encoding/i);
  });

  test("the query byte for byte", async () => {
    await call({}, undefined, "GET", host(), "sig='a'|b&c=%7e{}");
    expect(arrived).toMatch(/^GET \/api\/x\?sig='a'\|b&c=%7e\{\} HTTP/);
  });

  test("octets beyond ASCII, one for one", async () => {
    await call({ "x-latin": "caf\u00e9", "x-utf8": "caf\u00c3\u00a9", "x-decoded": "\u4f60" });
    expect(arrived).toContain("x-latin: caf\u00e9\r\n");
    expect(arrived).toContain("x-utf8: caf\u00c3\u00a9\r\n");
    expect(arrived).toContain("x-decoded: \u00e4\u00bd\u00a0\r\n");
  });

  test("over one connection for requests that follow each other, and a new one after a pause", async () => {
    await call();
    const before = connections;
    await call();
    expect(connections).toBe(before);
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 3500);
    await call();
    expect(connections).toBe(before + 1);
  });
});

test("a connection that is kept gathers no listeners", async () => {
  const warned = vi.spyOn(process, "emitWarning");
  for (let turn = 0; turn < 12; turn += 1) await call();
  expect(warned).not.toHaveBeenCalled();
});

describe("what comes back", () => {
  test("octets beyond ASCII, one for one", async () => {
    answer = Buffer.from(
      "HTTP/1.1 200 OK\r\nX-A: caf\u00e9 \u00c3\u00a9\r\nContent-Length: 0\r\n\r\n",
      "latin1",
    );
    expect((await call()).headers).toMatchObject({ "x-a": "caf\u00e9 \u00c3\u00a9" });
  });

  test("a coded body as it is coded", async () => {
    answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\u001fzz";
    const result = await call();
    expect(result).toMatchObject({ text: "\u001fzz", headers: { "content-encoding": "gzip" } });
  });

  test("a redirect is the client's", async () => {
    answer = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    expect(await call()).toMatchObject({ statusCode: 302, headers: { location: "/elsewhere" } });
  });

  test("the answer to HEAD, whose length is that of the body that does not come", async () => {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n";
    expect(await call({}, undefined, "HEAD")).toMatchObject({ statusCode: 200, text: "" });
  });
});

describe("an answer that cannot be understood is a 502 that says so", () => {
  test.each([
    ["an odd status", "HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nhi"],
    ["a status that is none", "HTTP/1.1 99 Odd\r\nContent-Length: 2\r\n\r\nhi"],
    ["an upgrade", "HTTP/1.1 101 Odd\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
    ["a header section that is too large", `HTTP/1.1 200 OK\r\nX: ${"a".repeat(100_000)}\r\n\r\n`],
    ["no HTTP", "HELLO\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi"],
    ["a control character", "HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 0\r\n\r\n"],
    ["a body that breaks off", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi"],
  ])("%s", async (_, message) => {
    answer = message;
    const { statusCode, text } = await call({}, "x", "POST");
    expect(statusCode).toBe(502);
    expect(JSON.parse(text).detail).toMatch(/^The upstream answered, and .* not be understood/);
  });

  test.each([
    ["nothing", ""],
    ["a message that breaks off", "HTTP/1.1 200 OK\r\nX-A: "],
  ])("%s: it may have been carried out", async (_, message) => {
    answer = message;
    const { statusCode, text } = await call({}, "x", "POST");
    expect(statusCode).toBe(502);
    expect(JSON.parse(text).detail).toMatch(/may have been carried out/);
  });

  test("nobody there is what it was: not reached", async () => {
    const { statusCode, text } = await call({}, undefined, "GET", "127.0.0.1:1");
    expect(statusCode).toBe(502);
    expect(JSON.parse(text).detail).toBe("The upstream could not be reached.");
  });
});
