import { describe, expect, test } from "vitest";
import { createOAuthClient, memoryTokenStore } from "../../../src/client/index.ts";

const server = "https://mcp.example/mcp";
const issuer = "https://idp.example";

type Answers = Readonly<Record<string, (init: RequestInit) => Response>>;

const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
};
const json = (value: object, status = 200) => Response.json(value, { status });
const challenge = (parameters: string, status = 401) =>
  new Response(null, { status, headers: { "WWW-Authenticate": `DPoP ${parameters}` } });

/** A server that wants a token, and its issuer; what is asked of whom is told. */
function world(changed: Answers = {}) {
  const asked: string[] = [];
  const answers: Answers = {
    [server]: ({ headers }) => {
      const sent = new Headers(headers).get("Authorization");
      return sent === "DPoP good" ? json({ ok: true }) : challenge('scope="call"');
    },
    "https://mcp.example/.well-known/oauth-protected-resource/mcp": () =>
      json({ resource: server, authorization_servers: [issuer] }),
    [`${issuer}/.well-known/oauth-authorization-server`]: () => json(metadata),
    [`${issuer}/token`]: () => json({ access_token: "good", token_type: "DPoP", expires_in: 300 }),
    ...changed,
  };
  let page: URL | undefined;
  const tokenStore = memoryTokenStore();
  const client = createOAuthClient({
    client: { id: "agent" },
    redirectUri: "http://127.0.0.1/callback",
    tokenStore,
    authorize: async (where) => {
      page = where;
      const back = new URL("http://127.0.0.1/callback?code=c");
      back.searchParams.set("state", where.searchParams.get("state") ?? "");
      return back;
    },
    fetch: async (url, init) => {
      asked.push(url);
      return answers[url]?.(init) ?? json({}, 404);
    },
  });
  return { client, asked, tokenStore, page: () => page };
}

describe("from a server's URL to an answer", () => {
  test("metadata, a login that is bound to the key, the same request again", async () => {
    const { client, asked, page } = world();
    expect(await (await client.fetch(server, { method: "POST", body: "x" })).json()).toEqual({
      ok: true,
    });
    expect(asked).toEqual([
      server,
      "https://mcp.example/.well-known/oauth-protected-resource/mcp",
      `${issuer}/.well-known/oauth-authorization-server`,
      `${issuer}/token`,
      server,
    ]);
    const { thumbprint } = await client.dpop.key();
    expect(Object.fromEntries(page()?.searchParams ?? [])).toMatchObject({
      dpop_jkt: thumbprint,
      resource: server,
      scope: "call",
      code_challenge_method: "S256",
    });
  });

  test("20 calls at once log in once", async () => {
    const { client, asked } = world();
    await Promise.all(Array.from({ length: 20 }, () => client.fetch(server)));
    expect(asked.filter((url) => url === `${issuer}/token`)).toHaveLength(1);
  });

  test("a token that ends is refreshed", async () => {
    const { client, asked, tokenStore } = world();
    await tokenStore.write(server, {
      resource: server,
      issuer,
      access_token: "old",
      token_type: "DPoP",
      expires_at: 1,
      refresh_token: "r",
      client: { id: "agent" },
    });
    expect((await client.fetch(server)).status).toBe(200);
    expect(asked.filter((url) => url === server)).toHaveLength(1);
    expect(await tokenStore.read(server)).toMatchObject({
      access_token: "good",
      refresh_token: "r",
    });
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
      { [`${issuer}/token`]: () => json({ error: "invalid_grant" }, 400) },
      "oauth.refused",
    ],
  ])("no way on: %s", async (_, changed, code) => {
    await expect(world(changed).client.fetch(server)).rejects.toMatchObject({ code });
  });

  test("a server that is never content ends with its own answer", async () => {
    const { client, asked } = world({ [server]: () => challenge('error="invalid_token"') });
    expect((await client.fetch(server)).status).toBe(401);
    expect(asked.filter((url) => url === `${issuer}/token`)).toHaveLength(1);
  });
});
