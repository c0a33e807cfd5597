import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDpopClient, type DpopClient } from "../../../src/client/index.ts";
import { type Edge, type Issuer, startIssuer } from "../dev/world.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { startMcpEdge } from "./world.ts";

// Attacks through the Worker, by whoever has read everything that the agent ever sent.

let issuer: Issuer;
let server: ScriptedServer;
let edge: Edge;
let agent: DpopClient;
/** The headers of what the agent sent last, by method. */
const sent = new Map<string, Headers>();
let token = "";
let session = "";

const rules = (host: string) => `
rules:
  - id: tools
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [order, "read-*", 'a\\*b']}}
    forward_to: &server {host: "${host}"}
    execute: [{authenticator: dpop_jwt}]
  - id: writing
    match: {routes: [{path: /mcp}], methods: [POST], mcp: {tools: [write]}}
    forward_to: *server
    execute: [{authenticator: dpop_jwt, config: {assertions: {scopes: [write]}}}]
  - id: protocol
    match: {routes: [{path: /mcp}], mcp: {methods: [initialize, ping, "notifications/*", "*/list"]}}
    forward_to: *server
    execute: [{authenticator: dpop_jwt}]
`;

beforeAll(async () => {
  issuer = await startIssuer();
  server = await startScriptedServer();
  edge = await startMcpEdge(issuer.jwks, rules(server.host));
  agent = createDpopClient({
    origins: [edge.url],
    token: () => token,
    fetch: (url, init) => {
      sent.set(init.method ?? "GET", new Headers(init.headers));
      return fetch(url, init);
    },
  });
  token = await issuer.accessToken((await agent.key()).thumbprint);
  const opened = await ask(agent.fetch, message("initialize"));
  session = opened.session;
  const stream = await agent.fetch(`${edge.url}/mcp`, { headers: { "Mcp-Session-Id": session } });
  await stream.body?.cancel();
});
afterAll(async () => {
  await edge?.stop();
  await server?.stop();
  await issuer?.stop();
});
beforeEach(() => void server.asked.splice(0));

const message = (method: string, params?: object, id = 1) => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params ? { params } : {}),
});
const call = (name: string, args: unknown = {}, id = 1) =>
  message("tools/call", { name, arguments: args }, id);

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly session: string;
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const said: unknown = await response.json().catch(() => ({}));
  const given = headers.get("Mcp-Session-Id") ?? "";
  return { status, code: Reflect.get(Object(said), "code"), session: given };
}

type Send = (url: string, init: RequestInit) => Promise<Response>;

async function ask(
  send: Send,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const init = {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
  return answerOf(await send(`${edge.url}/mcp`, init));
}

/** With a key of its own, and that token. */
const thief = (stolen: () => string | Promise<string>) =>
  createDpopClient({ origins: [edge.url], token: stolen });
const inSession = () => ({ "Mcp-Session-Id": session });

async function refused(answer: Promise<Answer>, status: number, code: string): Promise<void> {
  expect(await answer).toMatchObject({ status, code });
  expect(server.asked).toEqual([]);
}

test("what the agent does passes", async () => {
  expect(await ask(agent.fetch, call("order"), inSession())).toMatchObject({ status: 200 });
  expect(server.asked).toEqual(["POST tools/call order"]);
});

describe("a stolen token", () => {
  test("as Bearer", async () => {
    const headers = { Authorization: `Bearer ${token}` };
    await refused(ask(fetch, call("order"), headers), 401, "token.downgraded");
  });

  test("with the thief's key", () =>
    refused(ask(thief(() => token).fetch, call("order")), 401, "token.binding"));

  test("and the session's id", () =>
    refused(ask(thief(() => token).fetch, call("order"), inSession()), 401, "token.binding"));
});

describe("a stolen session's id", () => {
  test("with a token of the thief's own, even of the same subject", async () => {
    const own: DpopClient = thief(async () => issuer.accessToken((await own.key()).thumbprint));
    await refused(ask(own.fetch, call("order"), inSession()), 404, "mcp.session");
  });

  test("without a token", async () => {
    await refused(ask(fetch, call("order"), inSession()), 401, "credentials.missing");
  });
});

describe("a proof that was used", () => {
  test.each(["GET", "POST"])("of a %s, with everything that went along", async (method) => {
    const headers = sent.get(method) ?? expect.unreachable();
    const body = method === "POST" ? { body: JSON.stringify(call("order")) } : {};
    const again = fetch(`${edge.url}/mcp`, { method, headers, ...body });
    await refused(again.then(answerOf), 401, "proof.replayed");
  });
});

describe("a message that is not what it seems", () => {
  const named = (name: string) => ({ "Mcp-Method": "tools/call", "Mcp-Name": name });
  test.each<[string, unknown, Record<string, string>, number, string]>([
    [
      "one tool in the header, another in the body",
      call("drop"),
      named("order"),
      400,
      "mcp.mismatch",
    ],
    ["both of them allowed", call("order"), named("read-x"), 400, "mcp.mismatch"],
    ["another method in the header", call("order"), { "Mcp-Method": "ping" }, 400, "mcp.mismatch"],
    [
      "the method twice",
      '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}',
      {},
      400,
      "mcp.malformed",
    ],
    [
      "a batch that hides a forbidden call",
      [call("order"), call("drop", {}, 2)],
      {},
      403,
      "policy.denied",
    ],
    [
      "a batch that hides a call without scope",
      [message("ping"), call("write", {}, 2)],
      {},
      403,
      "policy.scope",
    ],
    ["a body of 70 KB", call("order", "x".repeat(70_000)), {}, 413, "body.too_large"],
    [
      "a body of 1,000 levels",
      `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":${"[".repeat(1000)}${"]".repeat(1000)}}}`,
      {},
      400,
      "mcp.malformed",
    ],
    ["a body of 60,000 brackets", "[".repeat(60_000), {}, 400, "mcp.malformed"],
    ["a glob for a tool", call("read*"), {}, 403, "policy.denied"],
    ["every tool, by a glob", call("**"), {}, 403, "policy.denied"],
    ["what the star in a tool's name would match", call("axb"), {}, 403, "policy.denied"],
    ["a slash where * stops", call("read-a/b"), {}, 403, "policy.denied"],
    ["a page of elsewhere", call("order"), { Origin: "https://evil.example" }, 403, "mcp.origin"],
  ])("%s", (_, body, headers, status, code) =>
    refused(ask(agent.fetch, body, { ...inSession(), ...headers }), status, code),
  );

  test("a tool whose name has a glob's characters is called by that name", async () => {
    expect(await ask(agent.fetch, call("a*b"), inSession())).toMatchObject({ status: 200 });
    expect(server.asked).toEqual(["POST tools/call a*b"]);
  });
});
