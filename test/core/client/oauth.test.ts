import { describe, expect, test, vi } from "vitest";
import { memoryTokenStore } from "../../../src/client/index.ts";
import { challenge, issuer, json, server, world } from "./oauth-world.ts";

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

  test("a login that was lost with the request that began it is waited for ten minutes at most", async () => {
    let logins = 0;
    const tokenStore = memoryTokenStore();
    const { alone } = tokenStore;
    const { client } = world({}, undefined, {
      ...tokenStore,
      alone: (at, work) => {
        logins += 1;
        return logins === 1 ? new Promise(() => undefined) : (alone?.(at, work) ?? work());
      },
    });
    void client.fetch(server);
    await vi.waitFor(() => expect(logins).toBe(1));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const second = client.fetch(server);
      for (let minute = 0; minute < 11; minute += 1) await vi.advanceTimersByTimeAsync(60_000);
      expect((await second).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ["without its issuer", undefined],
    ["of another issuer", "https://own.example"],
  ])("a secret %s is told to nobody", async (_, at) => {
    const registered = { id: "agent", secret: "s3cret", ...(at ? { issuer: at } : {}) };
    const { client, asked } = world({}, registered);
    await expect(client.fetch(server)).rejects.toMatchObject({ code: "oauth.client" });
    expect(asked).not.toContain(`${issuer}/token`);
  });

  test("a secret of this issuer is told to it", async () => {
    const { client } = world({}, { id: "agent", secret: "s3cret", issuer });
    expect((await client.fetch(server)).status).toBe(200);
  });

  test("a token endpoint that redirects is not followed", async () => {
    const elsewhere = "https://evil.example/token";
    const leads = () => new Response(null, { status: 307, headers: { Location: elsewhere } });
    const { client, asked } = world({ [`${issuer}/token`]: leads });
    await expect(client.fetch(server)).rejects.toMatchObject({ code: "oauth.refused" });
    expect(asked).not.toContain(elsewhere);
  });

  test("a server that is plain http gets no token", async () => {
    const { client } = world({ "http://mcp.example/mcp": () => challenge('scope="call"') });
    await expect(client.fetch("http://mcp.example/mcp")).rejects.toMatchObject({
      code: "oauth.insecure",
    });
  });

  test("a refresh token is spent once, also by a call that is refused when the other is done", async () => {
    const spent: string[] = [];
    const done = Promise.withResolvers<void>();
    let refused = 0;
    const { client, tokenStore } = world({
      [server]: async ({ headers }) => {
        if (new Headers(headers).get("Authorization") === "DPoP good") {
          done.resolve();
          return json({ ok: true });
        }
        refused += 1;
        if (refused === 2) await done.promise;
        return challenge('error="invalid_token"');
      },
      [`${issuer}/token`]: ({ body }) => {
        spent.push(new URLSearchParams(String(body)).get("refresh_token") ?? "");
        return json({ access_token: "good", token_type: "DPoP", refresh_token: "r2" });
      },
    });
    const grant = { resource: server, issuer, access_token: "old", token_type: "DPoP" };
    await tokenStore.write(server, { ...grant, refresh_token: "r1", client: { id: "agent" } });
    const answers = await Promise.all([client.fetch(server), client.fetch(server)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect({ refused, spent }).toEqual({ refused: 2, spent: ["r1"] });
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

  test("a server that is never content ends with its own answer", async () => {
    const { client, asked } = world({ [server]: () => challenge('error="invalid_token"') });
    expect((await client.fetch(server)).status).toBe(401);
    expect(asked.filter((url) => url === `${issuer}/token`)).toHaveLength(1);
  });
});
