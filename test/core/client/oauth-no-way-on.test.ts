import { afterEach, expect, test, vi } from "vitest";
import { type Answers, issuer, json, metadata, server, world } from "./oauth-world.ts";

afterEach(() => void vi.restoreAllMocks());

/** Bytes for whoever reads on; a test that read them all would not end. */
const endless = () =>
  new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
  });

test.each<[string, Answers, string]>([
  [
    "metadata of another resource",
    {
      "https://mcp.example/.well-known/oauth-protected-resource/mcp": () =>
        json({ resource: "https://evil.example/mcp", authorization_servers: [issuer] }),
    },
    "oauth.resource",
  ],
  [
    "a resource that only begins alike",
    {
      "https://mcp.example/.well-known/oauth-protected-resource/mcp": () =>
        json({ resource: "https://mcp.example/m", authorization_servers: [issuer] }),
    },
    "oauth.resource",
  ],
  [
    "an issuer in the clear",
    {
      "https://mcp.example/.well-known/oauth-protected-resource/mcp": () =>
        json({ resource: server, authorization_servers: ["http://idp.example"] }),
    },
    "oauth.insecure",
  ],
  [
    "metadata of another issuer",
    {
      [`${issuer}/.well-known/oauth-authorization-server`]: () =>
        json({ ...metadata, issuer: "https://evil.example" }),
    },
    "oauth.issuer",
  ],
  [
    "a token endpoint in the clear",
    {
      [`${issuer}/.well-known/oauth-authorization-server`]: () =>
        json({ ...metadata, token_endpoint: "http://idp.example/token" }),
    },
    "oauth.insecure",
  ],
  [
    "an issuer that must name itself, and does not",
    {
      [`${issuer}/.well-known/oauth-authorization-server`]: () =>
        json({ ...metadata, authorization_response_iss_parameter_supported: true }),
    },
    "oauth.issuer",
  ],
  [
    "a token that is bound to nothing",
    { [`${issuer}/token`]: () => json({ access_token: "good", token_type: "Bearer" }) },
    "token.type",
  ],
  [
    "a token endpoint that refuses",
    { [`${issuer}/token`]: () => json({ error: "invalid_client" }, 401) },
    "oauth.refused",
  ],
  [
    "a code that is not good",
    { [`${issuer}/token`]: () => json({ error: "invalid_grant" }, 400) },
    "oauth.grant",
  ],
  [
    "a token endpoint that is down",
    { [`${issuer}/token`]: () => json({}, 503) },
    "oauth.unavailable",
  ],
  [
    "a token endpoint without end",
    { [`${issuer}/token`]: () => new Response(endless()) },
    "oauth.unavailable",
  ],
  [
    "metadata without end",
    { [`${issuer}/.well-known/oauth-authorization-server`]: () => new Response(endless()) },
    "oauth.unavailable",
  ],
  [
    "a token endpoint that is not there",
    { [`${issuer}/token`]: () => Promise.reject(new TypeError("fetch failed")) },
    "oauth.unavailable",
  ],
])("no way on: %s", async (_, changed, code) => {
  await expect(world(changed).client.fetch(server)).rejects.toMatchObject({ code });
});

test("a token endpoint that is silent is not waited for", async () => {
  const clock = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(clock.signal);
  const silent = (init: RequestInit) =>
    new Promise<Response>((_, reject) => {
      init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      clock.abort();
    });
  const { client } = world({ [`${issuer}/token`]: silent });
  await expect(client.fetch(server)).rejects.toMatchObject({
    code: "oauth.unavailable",
    message: expect.stringContaining("30 s"),
  });
});
