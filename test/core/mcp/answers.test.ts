import { describe, expect, test } from "vitest";
import { keyPair, type World } from "../authorizer/world.ts";
import { call, createMcpWorld, message, type Sent, sent } from "./world.ts";

const thief = await keyPair();

async function allowed(world: World, given: Sent) {
  const decision = await world.authorizer.authorize(await sent(world, given));
  if (decision.kind !== "allow") throw new Error(JSON.stringify(decision));
  return decision;
}

/** What the client sees of an answer that comes in those chunks. */
async function answered(
  world: World,
  given: Sent,
  chunks: readonly string[],
  headers: Record<string, string> = { "Content-Type": "application/json" },
) {
  const decision = await allowed(world, given);
  const rewritten = decision.responseHeaders(new Headers(headers), 200);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const finished = await decision.finish?.(rewritten, body);
  return { headers: rewritten, text: await new Response(finished ?? null).text() };
}

describe("sessions", () => {
  /** A session that alice's key opened. */
  async function open(world: World): Promise<string> {
    const given = { "Mcp-Session-Id": "abc.def" };
    const { headers } = await answered(world, { body: message("initialize") }, [""], given);
    return headers.get("Mcp-Session-Id") ?? "";
  }

  test("the server sees its own id, the client one that is bound to it", async () => {
    const world = createMcpWorld();
    const session = await open(world);
    expect(session).toMatch(/^[\w-]{43}\.abc\.def$/);
    const { headers } = await allowed(world, {
      method: "GET",
      headers: { "Mcp-Session-Id": session },
    });
    expect(headers.get("Mcp-Session-Id")).toBe("abc.def");
    const again = await answered(
      world,
      { body: message("ping"), headers: { "Mcp-Session-Id": session } },
      ["{}"],
      {
        "Mcp-Session-Id": "abc.def",
      },
    );
    expect(again.headers.get("Mcp-Session-Id")).toBe(session);
  });

  test("a fresh token of the same subject and key goes on with it", async () => {
    const world = createMcpWorld();
    const session = await open(world);
    await allowed(world, {
      body: message("ping"),
      headers: { "Mcp-Session-Id": session },
      claims: { jti: "another", scope: "" },
    });
  });

  test.each<[string, (session: string) => Partial<Sent> & { session?: string }]>([
    ["another key", () => ({ key: thief })],
    ["another subject", () => ({ claims: { sub: "mallory" } })],
    ["the server's own id", () => ({ session: "abc.def" })],
    ["another id behind the same HMAC", (session) => ({ session: session.replace("abc", "abd") })],
    ["nothing before the dot", () => ({ session: ".abc.def" })],
    ["two of them", (session) => ({ session: `${session}, ${session}` })],
    ["none", () => ({ session: "" })],
  ])("refused: %s", async (_, spoil) => {
    const world = createMcpWorld();
    const own = await open(world);
    for (const method of ["GET", "POST", "DELETE"]) {
      const { session = own, ...given } = spoil(own);
      const body = method === "POST" ? message("ping") : "";
      const request = await sent(world, {
        method,
        body,
        headers: { "Mcp-Session-Id": session },
        ...given,
      });
      expect(await world.authorizer.authorize(request)).toMatchObject({
        code: "mcp.session",
        status: 404,
      });
    }
  });
});

describe("filter_lists", () => {
  const list = (...names: string[]) => ({
    jsonrpc: "2.0",
    id: 1,
    result: { tools: names.map((name) => ({ name, inputSchema: {} })), nextCursor: "x" },
  });
  const names = (text: string) => {
    const { tools } = JSON.parse(text).result;
    return tools.map(({ name }: { name: string }) => name);
  };
  const all = ["read-a", "write-a", "closed", "drop-table", "elsewhere"];
  const asked = { body: message("tools/list") };

  test("what depends on the call's arguments is shown, what depends on the caller is not", async () => {
    const { text } = await answered(createMcpWorld(), asked, [
      JSON.stringify(list("pay", "paired", "admin")),
    ]);
    expect(names(text)).toEqual(["pay", "paired"]);
  });

  test("JSON: what the caller may call", async () => {
    const world = createMcpWorld();
    const { text } = await answered(world, asked, [JSON.stringify(list(...all))]);
    expect(names(text)).toEqual(["read-a", "write-a", "elsewhere"]);
    expect(JSON.parse(text).result.nextCursor).toBe("x");
    const reader = await answered(world, { ...asked, scope: "read" }, [
      JSON.stringify(list(...all)),
    ]);
    expect(names(reader.text)).toEqual(["read-a", "elsewhere"]);
  });

  test("resources, templates and prompts", async () => {
    const result = {
      resources: [{ uri: "file:///docs/x" }, { uri: "file:///etc/x" }],
      resourceTemplates: [{ uriTemplate: "file:///docs/{name}" }, { uriTemplate: "{any}" }],
      prompts: [{ name: "review" }, { name: "other" }],
    };
    const chunks = [JSON.stringify({ jsonrpc: "2.0", id: 1, result })];
    const { text } = await answered(createMcpWorld(), { body: message("resources/list") }, chunks);
    expect(JSON.parse(text).result).toEqual({
      resources: [{ uri: "file:///docs/x" }],
      resourceTemplates: [{ uriTemplate: "file:///docs/{name}" }],
      prompts: [{ name: "review" }],
    });
  });

  const events = { "Content-Type": "text/event-stream" };
  test("events: only the list is another, whatever the chunks", async () => {
    const before = ': hello\n\nid: 1\nevent: message\ndata: {"jsonrpc":"2.0","method":"x"}\n\n';
    const given = `${before}id: 2\r\ndata: ${JSON.stringify(list("drop-table"))}\r\n\r\nid: 3\ndata: last\n\n`;
    for (const size of [1, 7, given.length]) {
      const chunks = given.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
      const { text } = await answered(createMcpWorld(), { method: "GET" }, chunks, events);
      expect(text).toBe(`${before}id: 2\ndata: ${JSON.stringify(list())}\n\nid: 3\ndata: last\n\n`);
    }
  });

  test("a list in several data lines, and one that breaks off", async () => {
    const [one, two] = JSON.stringify(list("drop-table"), null, 1).split("\n", 2);
    const rest = JSON.stringify(list("drop-table"), null, 1)
      .split("\n")
      .slice(2)
      .map((line) => `data: ${line}`);
    const given = [
      `data: ${one}`,
      `data: ${two}`,
      ...rest,
      "",
      `data: ${JSON.stringify(list("drop-table"))}`,
    ];
    const { text } = await answered(
      createMcpWorld(),
      { method: "GET" },
      [given.join("\n")],
      events,
    );
    expect(text).toBe(`data: ${JSON.stringify(list())}\n\n`);
  });

  test("what came compressed is not passed on unseen", async () => {
    const coded = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
    await expect(answered(createMcpWorld(), asked, ["x"], coded)).rejects.toThrow("compressed");
    const { headers } = await allowed(createMcpWorld(), asked);
    expect(headers.get("Accept-Encoding")).toBe("identity");
  });

  /** Opening a session and the stream is one rule's, lists are another's. */
  const apart = (text: string) =>
    text
      .replace(
        "  - id: everything",
        `  - id: opening
    match: {routes: [{path: /mcp}], mcp: {methods: [initialize, ping]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}]
  - id: everything`,
      )
      .replace('[initialize, ping, "notifications/*", "*/list"]', '["*/list"]');

  test.each<[string, Sent, Record<string, string>]>([
    ["behind another message of a batch", { body: [message("ping"), asked.body] }, {}],
    ["on a stream that is taken up again", { method: "GET" }, events],
  ])("a list %s", async (_, given, headers) => {
    const text = JSON.stringify(list("drop-table"));
    const { text: shown } = await answered(
      createMcpWorld(apart),
      given,
      [headers === events ? `data: ${text}\n\n` : text],
      { "Content-Type": "application/json", ...headers },
    );
    expect(names(shown.replace(/^data: /, ""))).toEqual([]);
  });

  test("of a rule that does not say so nothing is looked into", async () => {
    const world = createMcpWorld();
    const { text } = await answered(world, { body: call("read-x") }, [
      JSON.stringify(list("drop-table")),
    ]);
    expect(names(text)).toEqual(["drop-table"]);
  });
});

describe("streams", () => {
  test("end with the token that opened them, and leave nothing open behind", async () => {
    const world = createMcpWorld();
    const ends = { exp: world.clock.seconds - 9.95 };
    const decision = await allowed(world, { method: "GET", claims: ends });
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      cancel: () => {
        cancelled = true;
      },
    });
    const headers = new Headers({ "Content-Type": "text/event-stream" });
    const body = await decision.finish?.(headers, endless);
    expect(await new Response(body ?? null).text()).toBe("data: 1\n\n");
    expect(cancelled).toBe(true);
  });

  test("an answer that is no stream is left alone", async () => {
    const decision = await allowed(createMcpWorld(), { body: call("read-x") });
    const body = new Response("x").body;
    expect(await decision.finish?.(new Headers({ "Content-Type": "text/plain" }), body)).toBe(body);
  });
});
