import {
  DpopSession,
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
  type OAuthClientProvider,
} from "@modelcontextprotocol/client";
import { Client as SdkClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as SdkTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDpopClient, type Exchange } from "../../../src/client/index.ts";
import { type Edge, type Issuer, startIssuer } from "../dev/world.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { startMcpEdge } from "./world.ts";

// A server that knows nothing of DPoP, behind the Worker, and the MCP clients as they are published.

let issuer: Issuer;
let server: ScriptedServer;
let edge: Edge;

const rules = (host: string) => `
rules:
  - id: tools
    match: {routes: [{path: /mcp}], mcp: {}}
    forward_to: {host: "${host}"}
    filter_lists: true
    execute: [{authenticator: dpop_jwt}]
`;

beforeAll(async () => {
  issuer = await startIssuer();
  server = await startScriptedServer();
  edge = await startMcpEdge(issuer.jwks, rules(server.host));
});
afterAll(async () => {
  await edge?.stop();
  await server?.stop();
  await issuer?.stop();
});
beforeEach(() => {
  server.reset();
  edge.lines.length = 0;
});

/** As far as both clients are alike. */
interface AnyClient {
  fallbackNotificationHandler?: (notification: { method: string }) => Promise<void>;
  listTools(): Promise<{ tools: { name: string }[] }>;
  call(name: string, args?: object, options?: CallOptions): Promise<unknown>;
  close(): Promise<void>;
}

interface CallOptions {
  readonly onprogress?: (step: { progress: number }) => void;
  readonly signal?: AbortSignal;
}

async function useTools(client: AnyClient, changed: Promise<void>): Promise<void> {
  try {
    await changed;
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["order", "slow", "broken", "endless"]);
    expect(await client.call("order", { what: "tea" })).toEqual(text("ordered tea"));
    // The answer comes once the progress before it was heard of.
    const progress: number[] = [];
    const slowly = client.call(
      "slow",
      {},
      {
        onprogress: (step) => {
          progress.push(step.progress);
          server.heard();
        },
      },
    );
    expect([await slowly, progress]).toEqual([text("slowly"), [1]]);
    expect(await client.call("broken")).toEqual(text("taken up"));
    const given = new AbortController();
    const endless = client.call("endless", {}, { signal: given.signal });
    setTimeout(() => given.abort("enough"), 20);
    await expect(endless).rejects.toThrow("enough");
    await server.givenUp();
    const all = Array.from({ length: 20 }, (_, n) => client.call("order", { what: n }));
    expect(await Promise.all(all)).toEqual(all.map((_, n) => text(`ordered ${n}`)));
  } finally {
    await client.close();
  }
}

const text = (said: string) => [{ type: "text", text: said }];

/** What the server got: each thing once, with its own session id, and nothing of the client's. */
function expectServed(): void {
  const { asked, headers } = server;
  expect(asked.filter((line) => line === "POST tools/call order")).toHaveLength(21);
  expect(asked).toContain("GET");
  expect(asked).toContain("GET 7");
  const [first, ...others] = headers;
  expect(first).not.toHaveProperty("mcp-session-id");
  expect(new Set(others.map((each) => each["mcp-session-id"]))).toEqual(
    new Set(["server-session"]),
  );
  for (const each of headers) {
    expect(each.authorization).toMatch(/^Bearer ey/);
    expect(each).not.toHaveProperty("dpop");
  }
}

function codes(): unknown[] {
  return edge.lines.map((line) => {
    const event: unknown = JSON.parse(line.slice(line.indexOf("{")));
    return typeof event === "object" && event !== null && "code" in event ? event.code : "allowed";
  });
}

/** Settles once the stream of a GET has said something. */
function onceChanged(client: Pick<AnyClient, "fallbackNotificationHandler">): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  client.fallbackNotificationHandler = async ({ method }) => {
    if (method === "notifications/tools/list_changed") resolve();
  };
  return promise;
}

describe("through the Worker: connect, stream, list, call, reconnect, cancel, 20 calls at once", () => {
  async function ownDpop(): Promise<OAuthClientProvider> {
    const session = await DpopSession.create();
    const access_token = await issuer.accessToken(session.thumbprint);
    return {
      dpop: () => session,
      tokens: () => ({ access_token, token_type: "DPoP" }),
      redirectUrl: undefined,
      clientMetadata: { redirect_uris: [] },
      clientInformation: () => ({ client_id: "agent" }),
      saveTokens: () => undefined,
      redirectToAuthorization: () => undefined,
      saveCodeVerifier: () => undefined,
      codeVerifier: () => "",
    };
  }

  test("@modelcontextprotocol/client, with its own DPoP", async () => {
    const provider = await ownDpop();
    const client = new NewClient({ name: "agent", version: "1" });
    const changed = onceChanged(client);
    await client.connect(new NewTransport(new URL(`${edge.url}/mcp`), { authProvider: provider }));
    const used: AnyClient = {
      listTools: () => client.listTools(),
      call: async (name, args = {}, options = {}) =>
        (await client.callTool({ name, arguments: { ...args } }, options)).content,
      close: () => client.close(),
    };
    await useTools(used, changed);
    expectServed();
    expect(codes().filter((code) => code !== "allowed")).toEqual(["nonce.missing"]);
  });

  test("@modelcontextprotocol/client in 2026-07-28: no sessions, a header for each message", async () => {
    const client = new NewClient(
      { name: "agent", version: "1" },
      { versionNegotiation: { mode: { pin: "2026-07-28" } } },
    );
    const url = new URL(`${edge.url}/mcp`);
    await client.connect(new NewTransport(url, { authProvider: await ownDpop() }));
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain("order");
      const progress: number[] = [];
      const slowly = client.callTool(
        { name: "slow", arguments: {} },
        {
          onprogress: (step) => {
            progress.push(step.progress);
            server.heard();
          },
        },
      );
      expect([(await slowly).content, progress]).toEqual([text("slowly"), [1]]);
      const all = Array.from({ length: 20 }, (_, what) =>
        client.callTool({ name: "order", arguments: { what } }),
      );
      const said = (await Promise.all(all)).map(({ content }) => content);
      expect(said).toEqual(all.map((_, n) => text(`ordered ${n}`)));
    } finally {
      await client.close();
    }
    for (const headers of server.headers) expect(headers).not.toHaveProperty("mcp-session-id");
    expect(server.headers.at(-1)).toMatchObject({
      "mcp-method": "tools/call",
      "mcp-name": "order",
      "mcp-protocol-version": "2026-07-28",
    });
  });

  test("@modelcontextprotocol/sdk, with dpop-edge/client as its fetch", async () => {
    const exchanges: Exchange[] = [];
    const dpop = createDpopClient({
      origins: [edge.url],
      token: async () => issuer.accessToken((await dpop.key()).thumbprint),
      watch: (exchange) => void exchanges.push(exchange),
    });
    const client = new SdkClient({ name: "agent", version: "1" });
    const changed = onceChanged(client);
    await client.connect(new SdkTransport(new URL(`${edge.url}/mcp`), { fetch: dpop.fetch }));
    const used: AnyClient = {
      listTools: () => client.listTools(),
      call: async (name, args = {}, options = {}) =>
        (await client.callTool({ name, arguments: { ...args } }, undefined, options)).content,
      close: () => client.close(),
    };
    await useTools(used, changed);
    expectServed();
    expect(exchanges.filter(({ status }) => status === 401)).toHaveLength(1);
  });
});
