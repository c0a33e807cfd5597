import type { IncomingMessage, ServerResponse } from "node:http";
import {
  Client,
  DpopSession,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDpopClient, type Exchange } from "../../../src/client/index.ts";
import {
  bodyOf,
  type Edge,
  type Issuer,
  type Loopback,
  listen,
  proven,
  startEdge,
  startIssuer,
} from "../dev/world.ts";

// An MCP server that knows nothing of DPoP, behind the edge, and the MCP client as it is published.
let server: Loopback;
let issuer: Issuer;
let edge: Edge;

beforeAll(async () => {
  server = await listen((request, response) => void serve(request, response));
  issuer = await startIssuer();
  edge = await startEdge(proven(server.host, issuer.jwks));
});
afterAll(async () => {
  await edge?.stop();
  await issuer?.stop();
  await server?.stop();
});

/** Streamable HTTP without streams: one JSON answer to one JSON request. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "POST") return void response.writeHead(405).end();
  const { id, method, params } = JSON.parse((await bodyOf(request)).toString());
  if (id === undefined) return void response.writeHead(202).end();
  const results: Record<string, unknown> = {
    initialize: {
      protocolVersion: params?.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "orders", version: "1" },
    },
    "tools/list": { tools: [{ name: "order", inputSchema: { type: "object" } }] },
    "tools/call": { content: [{ type: "text", text: `ordered ${params?.arguments?.what}` }] },
  };
  const result = results[method];
  const answer = result ? { result } : { error: { code: -32601, message: "no such method" } };
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
}

async function useTools(transport: StreamableHTTPClientTransport): Promise<void> {
  const client = new Client({ name: "agent", version: "1" });
  try {
    await client.connect(transport);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["order"]);
    const called = await client.callTool({ name: "order", arguments: { what: "tea" } });
    expect(called.content).toEqual([{ type: "text", text: "ordered tea" }]);
  } finally {
    await client.close();
  }
}

const codes = () =>
  edge.lines.splice(0).map((line) => {
    const event: unknown = JSON.parse(line.slice(line.indexOf("{")));
    return typeof event === "object" && event !== null && "code" in event ? event.code : "allowed";
  });

describe("the MCP client", () => {
  test("with its own DPoP", async () => {
    const session = await DpopSession.create();
    const access_token = await issuer.accessToken(session.thumbprint);
    const provider: OAuthClientProvider = {
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
    codes();
    const url = new URL(`${edge.url}/api/mcp`);
    await useTools(new StreamableHTTPClientTransport(url, { authProvider: provider }));
    const seen = codes();
    expect(seen.filter((code) => code === "allowed").length).toBeGreaterThan(3);
    expect(seen.filter((code) => code !== "allowed")).toEqual(["nonce.missing"]);
  });

  test("with ours as its fetch", async () => {
    const exchanges: Exchange[] = [];
    const client = createDpopClient({
      origins: [edge.url],
      token: async () => issuer.accessToken((await client.key()).thumbprint),
      watch: (exchange) => void exchanges.push(exchange),
    });
    const url = new URL(`${edge.url}/api/mcp`);
    await useTools(new StreamableHTTPClientTransport(url, { fetch: client.fetch }));
    expect(exchanges.filter(({ status }) => status === 401).length).toBe(1);
  });
});
