import { expect, test } from "vitest";
import { createOAuthClient, memoryTokenStore } from "../../../src/client/index.ts";
import { challenge, issuer, json, metadata, server, world } from "./oauth-world.ts";

const old = {
  resource: server,
  issuer,
  access_token: "old",
  token_type: "DPoP",
  issued_at: 0,
  expires_at: 1,
  refresh_token: "r",
};

test("the client's own word counts, not what was kept of it: its secret may be a new one", async () => {
  const sent: (string | null)[] = [];
  const { client, tokenStore } = world(
    {
      [`${issuer}/token`]: ({ headers }) => {
        sent.push(new Headers(headers).get("Authorization"));
        return json({ access_token: "good", token_type: "DPoP", expires_in: 300 });
      },
    },
    { id: "agent", secret: "new", issuer },
  );
  await tokenStore.write(server, { ...old, client: { id: "agent", secret: "old" } });
  expect((await client.fetch(server)).status).toBe(200);
  expect(sent).toEqual([`Basic ${btoa("agent:new")}`]);
  // It is where its owner keeps it, and nowhere else.
  expect(await tokenStore.read(server)).not.toHaveProperty("client");
});

test("who registered by itself is kept with the grant, and registers once", async () => {
  const asked: string[] = [];
  const tokenStore = memoryTokenStore();
  const answers: Record<string, () => Response> = {
    [server]: () => challenge('error="invalid_token"'),
    [`${issuer}/register`]: () => json({ client_id: "made" }, 201),
    [`${issuer}/token`]: () => json({ access_token: "a", token_type: "DPoP", refresh_token: "r" }),
    [`${issuer}/.well-known/oauth-authorization-server`]: () =>
      json({ ...metadata, registration_endpoint: `${issuer}/register` }),
    "https://mcp.example/.well-known/oauth-protected-resource/mcp": () =>
      json({ resource: server, authorization_servers: [issuer] }),
  };
  const fetch = async (url: string) => {
    asked.push(url);
    return answers[url]?.() ?? json({}, 404);
  };
  const client = createOAuthClient({ tokenStore, fetch });
  for (let calls = 0; calls < 2; calls += 1) await client.fetch(server);
  expect(await tokenStore.read(server)).toMatchObject({ client: { id: "made" } });
  expect(asked.filter((url) => url === `${issuer}/register`)).toHaveLength(1);
});
