import * as oauth from "openid-client";
import { describe, expect, test } from "vitest";
import { parseEcho } from "../../../demo/echo.ts";
import { agentClient, legacyClient } from "../../../demo/issuer.ts";
import {
  createDpopClient,
  type DpopClient,
  type Exchange,
  generateKey,
  memoryKeyStore,
} from "../../../src/client/index.ts";
import { isRecord } from "../../../src/record.ts";
import { endToEnd } from "../end-to-end/stage.ts";

const edge = endToEnd();

/** Client credentials at the issuer, which demands nonces of its own, and a client for the edge. */
async function loggedIn({ scope = "read", alg = "ES256" } = {}) {
  const keyStore = memoryKeyStore(await generateKey({ alg }));
  const exchanges: Exchange[] = [];
  const watch = (exchange: Exchange) => void exchanges.push(exchange);
  const issuer = createDpopClient({ keyStore, watch });
  const response = await issuer.fetch(`${edge.stage.issuer.url}/token`, {
    method: "POST",
    body: new URLSearchParams({
      ...agentClient,
      grant_type: "client_credentials",
      scope,
      resource: edge.stage.origin,
    }),
  });
  const token = tokenOf(await response.json());
  const tokenExchanges = exchanges.splice(0);
  const origins = [edge.stage.origin];
  return {
    client: createDpopClient({ keyStore, token, origins, watch }),
    token,
    exchanges,
    tokenExchanges,
  };
}

function tokenOf(answer: unknown) {
  if (isRecord(answer)) {
    const { access_token, token_type } = answer;
    if (typeof access_token === "string" && typeof token_type === "string")
      return { access_token, token_type };
  }
  throw new Error(`No token: ${JSON.stringify(answer)}`);
}

const statuses = (exchanges: readonly Exchange[]) => exchanges.map(({ status }) => status);

async function echoOf(client: DpopClient, path: string, init?: RequestInit) {
  const response = await client.fetch(edge.at(path), init);
  expect(response.status).toBe(200);
  return parseEcho(await response.text());
}

describe("dpop-edge/client", () => {
  test("gets a token where the issuer demands a nonce too", async () => {
    const { token, tokenExchanges } = await loggedIn();
    expect(statuses(tokenExchanges)).toEqual([400, 200]);
    expect(tokenExchanges[0]?.again).toBe("nonce");
    expect(token).toMatchObject({ token_type: "DPoP", access_token: expect.any(String) });
  });

  test("passes every kind of rule", async () => {
    const { client, exchanges } = await loggedIn({ scope: "read write" });
    for (const path of ["/api/orders?page=2", "/brief/orders", "/open/orders", "/scoped/orders"]) {
      const echo = await echoOf(client, path);
      expect(echo.url).toBe(path);
      expect(echo.caller).toMatchObject({ sub: "agent" });
    }
    // One nonce for the whole origin.
    expect(statuses(exchanges)).toEqual([401, 200, 200, 200, 200]);
  });

  test.each(["EdDSA", "Ed25519"])("passes with %s", async (alg) => {
    const { client } = await loggedIn({ alg });
    await echoOf(client, "/api/orders");
  });

  test("5 parallel cold calls make 6 requests", async () => {
    const { client, exchanges } = await loggedIn();
    const calls = Array.from({ length: 5 }, (_, n) => echoOf(client, `/api/orders/${n}`));
    expect((await Promise.all(calls)).length).toBe(5);
    expect(statuses(exchanges)).toEqual([401, 200, 200, 200, 200, 200]);
  });

  test("sends a stream of 10 MB once, though the edge wants a nonce first", async () => {
    const { client, exchanges } = await loggedIn();
    const chunk = "x".repeat(64 * 1024);
    const body = ReadableStream.from(Array.from({ length: 160 }, () => chunk)).pipeThrough(
      new TextEncoderStream(),
    );
    const echo = await echoOf(client, "/api/upload", { method: "POST", body });
    expect(echo.body.length).toBe(160 * chunk.length);
    expect(exchanges.map(({ method, status }) => [method, status])).toEqual([
      ["HEAD", 401],
      ["POST", 200],
    ]);
  });

  test("a token that is bound to no key is not sent", async () => {
    const { token } = await loggedIn();
    const unbound = { ...token, token_type: "Bearer" };
    const client = createDpopClient({ token: unbound, origins: [edge.stage.origin] });
    await expect(client.fetch(edge.at("/open/orders"))).rejects.toMatchObject({
      code: "token.type",
    });
  });
});

describe("as the fetch of a library that knows nothing of DPoP here", () => {
  type Registered = typeof agentClient | typeof legacyClient;

  const configured = (client: DpopClient, { client_id, client_secret }: Registered) =>
    oauth.discovery(
      new URL(edge.stage.issuer.url),
      client_id,
      undefined,
      oauth.ClientSecretPost(client_secret),
      { execute: [oauth.allowInsecureRequests], [oauth.customFetch]: client.fetch },
    );

  test("openid-client gets a bound token and calls with it", async () => {
    const exchanges: Exchange[] = [];
    const client = createDpopClient({ watch: (exchange) => void exchanges.push(exchange) });
    const config = await configured(client, agentClient);
    const parameters = { scope: "read", resource: edge.stage.origin };
    const tokens = await oauth.clientCredentialsGrant(config, parameters);
    expect(tokens.token_type).toBe("dpop");
    exchanges.length = 0;
    const url = new URL(edge.at("/api/orders"));
    const response = await oauth.fetchProtectedResource(config, tokens.access_token, url, "GET");
    expect(parseEcho(await response.text()).caller).toMatchObject({ sub: "agent" });
    expect(statuses(exchanges)).toEqual([401, 200]);
  });

  test("even one that asked for no bound token gets one", async () => {
    const client = createDpopClient();
    const config = await configured(client, legacyClient);
    const parameters = { scope: "read", resource: edge.stage.origin };
    const tokens = await oauth.clientCredentialsGrant(config, parameters);
    const url = new URL(edge.at("/api/orders"));
    const response = await oauth.fetchProtectedResource(config, tokens.access_token, url, "GET");
    expect(response.status).toBe(200);
  });
});
