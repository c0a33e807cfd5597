import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { type Edge, eventsOf, open, startEdge } from "./world.ts";

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
});

const call = (path: string, init: RequestInit = {}) => fetch(`${edge.url}${path}`, init);

async function expectProblem(response: Response, status: number): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(await response.json()).toEqual({
    type: "about:blank",
    title: expect.any(String),
    status,
    detail: expect.any(String),
    request_id: response.headers.get("X-Request-Id"),
  });
}
describe("an upstream that takes the connection and never reads", () => {
  const sockets = new Set<Socket>();
  const deaf = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined).pause());
  });
  let deafEdge: Edge;

  beforeAll(async () => {
    await once(deaf.listen(0, "127.0.0.1"), "listening");
    const address = deaf.address();
    if (typeof address !== "object" || address === null) throw new Error("no address");
    deafEdge = await startEdge(open(`127.0.0.1:${address.port}`, { upstreamTimeout: 1 }));
  });
  afterAll(async () => {
    await deafEdge?.stop();
    for (const socket of sockets) socket.destroy();
    deaf.close();
  });

  test.each([1024, 16 * 1024 * 1024])("an upload of %i bytes ends as a 504", async (size) => {
    const body = new Uint8Array(size);
    await expectProblem(await fetch(`${deafEdge.url}/api/x`, { method: "POST", body }), 504);
  });
});

describe("when the upstream fails", () => {
  test.each(["GET", "POST"])("%s: no answer in time is a 504, asked once", async (method) => {
    let closed: Promise<unknown> = Promise.resolve();
    answer = (request, response) => {
      request.resume();
      closed = once(response, "close");
    };
    const body = method === "POST" ? "once" : null;
    await expectProblem(await call("/api/x", { method, body }), 504);
    await closed;
    expect(seen).toHaveLength(1);
  });

  test.each(["GET", "POST"])(
    "%s: a connection that breaks is a 502, asked once",
    async (method) => {
      answer = (request) => void request.socket.destroy();
      await expectProblem(
        await call("/api/x", { method, body: method === "POST" ? "x" : null }),
        502,
      );
      expect(seen).toHaveLength(method === "POST" ? 1 : seen.length);
    },
  );

  test("an answer that breaks off is not passed for a whole one", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("half", () => response.destroy());
    };
    const response = await call("/api/x");
    await expect(response.text()).rejects.toThrow();
  });

  test.each([
    ["waits", 499, (_: ServerResponse) => {}],
    ["reads", 200, (response: ServerResponse) => void response.write("begun")],
  ])(
    "a client that leaves while it %s ends the upstream's request, and its event says %i",
    async (way, status, begin) => {
      const arrived = Promise.withResolvers<ServerResponse>();
      answer = (_, response) => {
        begin(response);
        arrived.resolve(response);
      };
      const path = `/api/${way}`;
      const client = get(path);
      const response = await arrived.promise;
      const closed = once(response, "close");
      const statuses = () =>
        eventsOf(edge).flatMap((each) => (each.path === path ? each.status : []));
      if (way === "reads") await vi.waitFor(() => expect(statuses()).toEqual([status]), 10_000);
      // A reset; workerd takes a mere end for a client that has sent all, until it writes.
      client.resetAndDestroy();
      await closed;
      expect(response.writableFinished).toBe(false);
      await vi.waitFor(() => expect(statuses()).toEqual([status]), 10_000);
      // A later line: what came before it has come.
      await call("/nowhere");
      await vi.waitFor(() => expect(eventsOf(edge).at(-1)?.path).toBe("/nowhere"), 10_000);
      expect(statuses()).toEqual([status]);
    },
  );
});

function get(path: string): Socket {
  const { host, hostname, port } = new URL(edge.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return socket;
}

describe("an answer that is none", () => {
  const raw = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (request) => {
      const path = /\/api\/(\w+)/.exec(String(request))?.[1] ?? "";
      socket.end(messages[path]?.[0] ?? "");
    });
  });
  let rawEdge: Edge;
  const understood = /answered, and its answer could not be understood/;
  const read = /its answer could not be read; the request may have been carried out/;
  const messages: Readonly<Record<string, readonly [message: string, says: RegExp]>> = {
    s999: ["HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nhi", understood],
    s600: ["HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n", understood],
    s101: ["HTTP/1.1 101 Odd\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", understood],
    garbage: ["HELLO\r\n\r\n", read],
    half: ["HTTP/1.1 200 OK\r\nX-A: ", read],
    lengths: ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi", read],
  };

  beforeAll(async () => {
    await once(raw.listen(0, "127.0.0.1"), "listening");
    const address = raw.address();
    if (typeof address !== "object" || address === null) throw new Error("no address");
    rawEdge = await startEdge(open(`127.0.0.1:${address.port}`));
  });
  afterAll(async () => {
    await rawEdge?.stop();
    raw.close();
  });

  test.each(Object.entries(messages))("%s", async (path, [, says]) => {
    const response = await fetch(`${rawEdge.url}/api/${path}`);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(says) });
  });
});

describe("what local workerd does by itself, as docs/cli.md says", () => {
  test.each([
    [
      "two Host fields",
      "GET /api/two-hosts HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n",
      "/api/two-hosts",
    ],
    ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n", '"OPTIONS"'],
  ])("%s: a bare 500, and no event", async (_, message, told) => {
    const socket = connect(Number(new URL(edge.url).port), "127.0.0.1");
    socket.write(message);
    const [bytes] = await once(socket, "data");
    socket.destroy();
    expect(String(bytes)).toMatch(/^HTTP\/1\.1 500 /);
    expect(edge.lines.join("\n")).not.toContain(told);
  });

  test("a client's X-Forwarded-Proto and CF-Connecting-IP are believed", async () => {
    answer = (_, response) => void response.end();
    const headers = { "X-Forwarded-Proto": "https", "CF-Connecting-IP": "192.0.2.7" };
    const opened = await startEdge(open(upstream.host, { publicOrigins: [] }));
    try {
      expect((await fetch(`${opened.url}/api/x`, { headers })).status).toBe(200);
      expect(seen.at(-1)?.headers).toMatchObject({
        "x-forwarded-proto": "https",
        "x-forwarded-for": "192.0.2.7",
      });
    } finally {
      await opened.stop();
    }
  });
});

test("nothing listens there: a 502, for HEAD without a body", async () => {
  const gone = await listen(() => {});
  await gone.stop();
  const alone = await startEdge(open(gone.host));
  try {
    await expectProblem(await fetch(`${alone.url}/api/x`), 502);
    await expectProblem(await fetch(`${alone.url}/api/x`, { method: "POST", body: "x" }), 502);
    const head = await fetch(`${alone.url}/api/x`, { method: "HEAD" });
    expect(head.status).toBe(502);
    expect(await head.text()).toBe("");
  } finally {
    await alone.stop();
  }
});

test("a rule that forwards nowhere is a 502", async () => {
  const settings = open("unused.example");
  const rules = settings.rules.map(({ forwardTo: _, ...rule }) => rule);
  const nowhere = await startEdge({ ...settings, rules });
  try {
    await expectProblem(await fetch(`${nowhere.url}/api/x`), 502);
  } finally {
    await nowhere.stop();
  }
});
