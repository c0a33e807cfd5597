import {
  Client,
  ClientCredentialsProvider,
  DpopSession,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { decodeJwt } from "jose";
import { afterAll, expect, test } from "vitest";
import { agentClient } from "../../../demo/issuer.ts";
import { startStage } from "../../../demo/mcp/stage.ts";
import { createStops } from "../../../demo/stops.ts";

// The published client as it is, from the server's URL alone: challenge, metadata of the resource and
// of its issuer, a token for that resource that is bound to its key, nonces of both, and a call.

const stops = createStops();
afterAll(() => stops.all());

class Provider extends ClientCredentialsProvider {
  readonly session = DpopSession.create();
  dpop() {
    return this.session;
  }
}

test("an unmodified client finds its way to a tool, and asks for more where it lacks a scope", async () => {
  const { url, issuer } = await startStage(stops);
  const provider = new Provider({
    clientId: agentClient.client_id,
    clientSecret: agentClient.client_secret,
    expectedIssuer: issuer.url,
  });
  const client = new Client({ name: "agent", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: provider }));
  try {
    const echo = { name: "echo", arguments: { message: "hello" } };
    expect((await client.callTool(echo)).content).toEqual([{ type: "text", text: "Echo: hello" }]);
    const { thumbprint } = await provider.session;
    const before = provider.tokens()?.access_token ?? "";
    expect(decodeJwt(before)).toMatchObject({ aud: url, scope: "read", cnf: { jkt: thumbprint } });
    await client.callTool({ name: "toggle-simulated-logging", arguments: {} });
    expect(decodeJwt(provider.tokens()?.access_token ?? "")).toMatchObject({ scope: "read write" });
  } finally {
    await client.close();
  }
});
