import { expect, test } from "vitest";
import { challenge, issuer, json, server, world } from "./oauth-world.ts";

const grant = { resource: server, issuer, token_type: "DPoP", client: { id: "agent" } };
const logins = (asked: readonly string[]) => asked.filter((url) => url === `${issuer}/token`);

test("a 403 that does not say what is missing leads to no login: it would ask for the same", async () => {
  const { client, asked, tokenStore } = world({
    [server]: () => challenge('error="insufficient_scope"', 403),
  });
  await tokenStore.write(server, { ...grant, access_token: "good", scope: "call" });
  expect((await client.fetch(server)).status).toBe(403);
  expect(logins(asked)).toEqual([]);
});

test("a scope that the issuer has not given is asked for once, not at every call", async () => {
  const { client, asked, page } = world({
    [server]: () => challenge('error="insufficient_scope", scope="admin"', 403),
    [`${issuer}/token`]: () =>
      json({ access_token: "good", token_type: "DPoP", expires_in: 300, scope: "call" }),
  });
  for (let calls = 0; calls < 3; calls += 1) expect((await client.fetch(server)).status).toBe(403);
  expect(page()?.searchParams.get("scope")).toContain("admin");
  expect(logins(asked)).toHaveLength(1);
});
