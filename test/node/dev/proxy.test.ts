import { once } from "node:events";
import { type IncomingMessage, type RequestListener, request } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { bodyOf, type Edge, open, startEdge } from "./world.ts";

let upstream: Loopback;
let edge: Edge;
let answer: RequestListener;
const seen: IncomingMessage[] = [];

beforeAll(async () => {
  upstream = await listen((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  edge = await startEdge(open(upstream.host, { upstreamTimeout: 1 }));
});
afterAll(async () => {
  await edge?.stop();
  await upstream?.stop();
});
beforeEach(() => {
  seen.length = 0;
  answer = (_, response) => response.end("ok");
});

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${edge.url}${path}`, { redirect: "manual", ...init });

/** Bytes as they are, for what fetch would not send; the answer until the connection ends. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(edge.url).port), "127.0.0.1");
  socket.write(text.replaceAll("\n", "\r\n"));
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  await once(socket, "close");
  return received;
}

describe("streams", () => {
  test("an answer, while it is being written", async () => {
    let finish: () => void = () => {};
    answer = (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write("data: 1\n\n");
      finish = () => response.end("data: 2\n\n");
    };
    const response = await call("/api/events");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe("data: 1\n\n");
    finish();
    expect((await reader?.read())?.value).toBe("data: 2\n\n");
    expect((await reader?.read())?.done).toBe(true);
  });

  test("a request body, while it is being sent, back and forth", async () => {
    answer = (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    };
    const sending = request(`${edge.url}/api/echo`, { method: "POST" });
    sending.write("first");
    const [response] = await once(sending, "response");
    const chunks = response[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe("first");
    sending.end("second");
    expect(String((await chunks.next()).value)).toBe("second");
    expect((await chunks.next()).done).toBe(true);
  });

  test("32 MiB each way, the length told", async () => {
    answer = async (request, response) => {
      const body = await bodyOf(request);
      response.setHeader("X-Length", String(request.headers["content-length"]));
      response.end(body);
    };
    const size = 32 << 20;
    const body = new Uint8Array(size).fill(7);
    const response = await call("/api/big", { method: "PUT", body });
    expect(response.headers.get("X-Length")).toBe(String(size));
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  test("an upload may take longer than the wait for its answer", async () => {
    answer = async (request, response) => void response.end(await bodyOf(request));
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const pending = call("/api/slow", { method: "POST", body: readable, duplex: "half" } as const);
    await writer.write(new TextEncoder().encode("early "));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await writer.write(new TextEncoder().encode("late"));
    await writer.close();
    const response = await pending;
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("early late");
  });

  test("a coded body as it came", async () => {
    const coded = gzipSync("hello");
    answer = (_, response) => response.setHeader("Content-Encoding", "gzip").end(coded);
    const response = await call("/api/gzip");
    expect(response.headers.get("Content-Encoding")).toBe("gzip");
    expect(await response.text()).toBe("hello");
  });
});

describe("passes through", () => {
  test("redirects, for the client to follow", async () => {
    answer = (_, response) =>
      response.writeHead(302, { Location: "https://elsewhere.example/" }).end();
    const response = await call("/api/moved");
    expect(response.status).toBe(302);
    expect(response.headers.get("Location")).toBe("https://elsewhere.example/");
    expect(seen).toHaveLength(1);
  });

  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("%s", async (method) => {
    answer = (request, response) => response.setHeader("X-Method", request.method ?? "").end();
    expect((await call("/api/x", { method })).headers.get("X-Method")).toBe(method);
  });

  test("HEAD, with the length that GET would have", async () => {
    answer = (_, response) => response.setHeader("Content-Length", "1234").end();
    const response = await call("/api/x", { method: "HEAD" });
    expect(response.headers.get("Content-Length")).toBe("1234");
    expect(seen[0]?.method).toBe("HEAD");
  });

  test.each([201, 204, 304, 400, 404, 418, 500, 503])("status %i", async (status) => {
    answer = (_, response) => response.writeHead(status).end();
    expect((await call("/api/x")).status).toBe(status);
  });

  test("each of several cookies", async () => {
    answer = (_, response) => response.setHeader("Set-Cookie", ["a=1; Path=/", "b=2"]).end();
    expect((await call("/api/x")).headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
  });

  test("path and query as they were written", async () => {
    await call("/api/a%20b/%61;v=1?q=%2F&empty=&q=2");
    expect(seen[0]?.url).toBe("/api/a%20b/%61;v=1?q=%2F&empty=&q=2");
  });
});

describe("keeps to itself", () => {
  test("what concerns the client's connection", async () => {
    answer = (_, response) => response.setHeader("Connection", "close").end();
    await raw(
      `GET /api/x HTTP/1.1\nHost: ${new URL(edge.url).host}\nConnection: X-Hop, close\nX-Hop: 1\nTE: trailers\n` +
        "Proxy-Authorization: Basic eA==\nKeep-Alive: 5\nX-Kept: 1\nX-Forwarded-For: 6.6.6.6\n\n",
    );
    const headers = seen[0]?.headers ?? {};
    expect(headers["x-kept"]).toBe("1");
    for (const name of ["x-hop", "te", "proxy-authorization", "keep-alive", "cf-connecting-ip"])
      expect(headers[name], name).toBeUndefined();
    expect(headers["x-forwarded-for"]).toBe("127.0.0.1");
    expect(headers["x-forwarded-proto"]).toBe("http");
  });

  test("what concerns the upstream's connection", async () => {
    answer = (_, response) =>
      response.writeHead(200, { Connection: "X-Hop", "X-Hop": "1", "X-Kept": "1" }).end();
    const { headers } = await call("/api/x");
    expect(headers.get("X-Hop")).toBeNull();
    expect(headers.get("X-Kept")).toBe("1");
  });

  test("the body of a GET, and its length", async () => {
    const text = `GET /api/x HTTP/1.1\nHost: ${new URL(edge.url).host}\nConnection: close\nContent-Length: 5\n\nhello`;
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen[0]?.headers["content-length"]).toBeUndefined();
    expect(seen[0]?.headers["transfer-encoding"]).toBeUndefined();
  });
});
