import { describe, expect, test } from "vitest";
import { type Answers, challenge, from, issuer, json, server, world } from "./oauth-world.ts";

const evil = "https://evil.example";
const wellKnown = "https://mcp.example/.well-known/oauth-protected-resource/mcp";
const grant = {
  resource: server,
  issuer,
  access_token: "good",
  token_type: "DPoP",
  refresh_token: "r",
  client: { id: "agent" },
};

describe("who answers after a redirect to elsewhere does not say where to log in", () => {
  const trap: Answers = {
    [`${evil}/x`]: () => challenge(`resource_metadata="${evil}/meta"`),
    [`${evil}/meta`]: () => json({ resource: server, authorization_servers: [evil] }),
    [`${evil}/.well-known/oauth-authorization-server`]: () =>
      json({ issuer: evil, token_endpoint: `${evil}/token`, authorization_endpoint: `${evil}/a` }),
    [`${evil}/token`]: () => json({ access_token: "theirs", token_type: "DPoP" }),
  };

  test("before a login, where fetch follows", async () => {
    const followed = () => from(`${evil}/x`, challenge(`resource_metadata="${evil}/meta"`));
    const { client, asked, page } = world({ ...trap, [server]: followed });
    expect((await client.fetch(server)).status).toBe(401);
    expect([asked, page()]).toEqual([[server], undefined]);
  });

  test("with a grant, which is kept", async () => {
    const leads = () => new Response(null, { status: 307, headers: { Location: `${evil}/x` } });
    const { client, asked, page, tokenStore } = world({ ...trap, [server]: leads });
    await tokenStore.write(server, grant);
    expect((await client.fetch(server)).status).toBe(401);
    expect([asked, page()]).toEqual([[server, `${evil}/x`], undefined]);
    expect(await tokenStore.read(server)).toEqual(grant);
  });
});

test.each([wellKnown, `${issuer}/.well-known/oauth-authorization-server`])(
  "metadata that a redirect leads to in the clear is not believed: %s",
  async (place) => {
    const clear = () =>
      from("http://mcp.example/meta", json({ resource: server, authorization_servers: [evil] }));
    const { client } = world({ [place]: clear });
    await expect(client.fetch(server)).rejects.toMatchObject({ code: "oauth.insecure" });
  },
);

const within = "http://127.0.0.1:9200";
test.each<[string, Answers]>([
  ["metadata", { [server]: () => challenge(`resource_metadata="${within}/meta"`) }],
  ["an issuer", { [wellKnown]: () => json({ resource: server, authorization_servers: [within] }) }],
  [
    "an endpoint",
    {
      [`${issuer}/.well-known/oauth-authorization-server`]: () =>
        json({ issuer, token_endpoint: `${within}/_shutdown` }),
    },
  ],
])("nobody from outside sends a request to this machine: %s", async (_, changed) => {
  const { client, asked } = world(changed);
  await expect(client.fetch(server)).rejects.toMatchObject({ code: "oauth.insecure" });
  expect(asked.filter((url) => url.startsWith(within))).toEqual([]);
});

test("who is asked for a token is told neither query nor fragment (RFC 8707 section 2)", async () => {
  const url = `${server}?ticket=secret#part`;
  const good = ({ headers }: RequestInit) =>
    new Headers(headers).has("Authorization") ? json({}) : challenge("");
  const { client, page } = world({
    [url]: good,
    [`${server}?ticket=secret`]: good,
    [wellKnown]: () => json({}, 404),
    "https://mcp.example/.well-known/oauth-authorization-server": () =>
      json({
        issuer: "https://mcp.example",
        token_endpoint: `${issuer}/token`,
        authorization_endpoint: `${issuer}/authorize`,
      }),
  });
  expect((await client.fetch(url)).status).toBe(200);
  expect(page()?.searchParams.get("resource")).toBe(server);
});

test("a grant whose server names its metadata in challenges alone is renewed where it is from", async () => {
  const { client, asked, tokenStore, page } = world({ [wellKnown]: () => json({}, 404) });
  await tokenStore.write(server, { ...grant, access_token: "old", issued_at: 0, expires_at: 1 });
  expect((await client.fetch(server)).status).toBe(200);
  expect([asked.includes(`${issuer}/token`), page()]).toEqual([true, undefined]);
  expect(await tokenStore.read(server)).toMatchObject({ issuer, access_token: "good" });
});

test("a Request that wants no redirect followed keeps its will", async () => {
  const seen: unknown[] = [];
  const { client } = world({
    [server]: ({ redirect }) => {
      seen.push(redirect);
      return json({});
    },
  });
  await client.fetch(new Request(server, { redirect: "manual" }));
  expect(seen).toEqual(["manual"]);
});
