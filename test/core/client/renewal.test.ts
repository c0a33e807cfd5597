import { describe, expect, test } from "vitest";
import { createOAuthClient, type Grant, memoryTokenStore } from "../../../src/client/index.ts";

const server = "https://mcp.example/mcp";
const issuer = "https://idp.example";
const now = 1_800_000_000;
const json = (value: object, status = 200) => Response.json(value, { status });
const fresh = { access_token: "fresh", token_type: "DPoP", expires_in: 10, refresh_token: "r2" };

type Ask = (form: URLSearchParams, init: RequestInit) => Response | Promise<Response>;

/** A client with a grant that lived ten seconds, of which so many are left. */
async function world(left: number, token: Ask) {
  const clock = { now: now * 1000 };
  const tokenStore = memoryTokenStore();
  const grants: string[] = [];
  const sent: (string | null)[] = [];
  const client = createOAuthClient({
    client: { id: "agent" },
    tokenStore,
    now: () => clock.now,
    fetch: async (url, init) => {
      const form = new URLSearchParams(String(init.body ?? ""));
      if (url === server) {
        const given = new Headers(init.headers).get("Authorization");
        sent.push(given);
        return given === null ? json({}, 401) : json({ ok: true });
      }
      if (url === `${issuer}/token`) {
        grants.push(form.get("grant_type") ?? "");
        return token(form, init);
      }
      if (url.includes("oauth-protected-resource"))
        return json({ resource: server, authorization_servers: [issuer] });
      return json({ issuer, token_endpoint: `${issuer}/token` });
    },
  });
  const grant: Grant = {
    resource: server,
    issuer,
    access_token: "old",
    token_type: "DPoP",
    issued_at: now + left - 10,
    expires_at: now + left,
    refresh_token: "r1",
    client: { id: "agent" },
  };
  await tokenStore.write(server, grant);
  return { client, tokenStore, grants, sent, clock };
}

describe("a token that ends", () => {
  test("is renewed in the last tenth of its life, and not at every call", async () => {
    const { client, grants, sent, clock } = await world(2, () => json(fresh));
    await client.fetch(server);
    expect([grants, sent]).toEqual([[], ["DPoP old"]]);
    clock.now += 1500;
    await client.fetch(server);
    clock.now += 8000;
    await client.fetch(server);
    expect([grants, sent]).toEqual([["refresh_token"], ["DPoP old", "DPoP fresh", "DPoP fresh"]]);
  });

  const down = () => json({}, 503);
  const unreachable = () => Promise.reject(new TypeError("fetch failed"));
  test.each<[string, Ask]>([
    ["is down", down],
    ["cannot be reached", unreachable],
    ["does not know the client", () => json({ error: "invalid_client" }, 401)],
  ])("where the issuer %s: it is used to its end, and nobody logs in anew", async (_, token) => {
    const { client, grants, sent, clock } = await world(0.5, token);
    expect((await client.fetch(server)).status).toBe(200);
    clock.now += 1000;
    await expect(client.fetch(server)).rejects.toThrow();
    expect([new Set(grants), sent]).toEqual([new Set(["refresh_token"]), ["DPoP old"]]);
  });

  test("whose refresh token is no longer good leads to a login", async () => {
    const { client, grants } = await world(-1, (form) =>
      form.get("grant_type") === "refresh_token"
        ? json({ error: "invalid_grant" }, 400)
        : json(fresh),
    );
    expect((await client.fetch(server)).status).toBe(200);
    expect(grants).toEqual(["refresh_token", "client_credentials"]);
  });
});
