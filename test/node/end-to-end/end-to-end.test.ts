import { describe, expect, test } from "vitest";
import { actAsAgent, type Exchange } from "../../../demo/client.ts";
import { parseEcho } from "../../../demo/echo.ts";
import { proof } from "../../../demo/proof.ts";
import { send } from "../../../demo/wire.ts";
import { endToEnd, nonceFor, present } from "./stage.ts";

const edge = endToEnd();
const statuses = (exchanges: readonly Exchange[]) => exchanges.map(({ status }) => status);
const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

describe("openid-client, unmodified", () => {
  test("is challenged once, passes on its retry, and is not challenged again", async () => {
    const session = await edge.loggedIn();
    expect((await session.call(edge.at("/api/orders"))).status).toBe(200);
    const [challenge, retry] = edge.exchanges();
    expect(challenge?.status).toBe(401);
    expect(challenge?.response.get("www-authenticate")).toMatch(/^DPoP .*error="use_dpop_nonce"/);
    expect(challenge?.response.get("dpop-nonce")).toMatch(/^[\w-]+$/);
    expect(challenge?.response.get("cache-control")).toBe("no-store");
    expect(retry?.status).toBe(200);
    expect(retry?.response.has("www-authenticate")).toBe(false);
    for (let calls = 0; calls < 5; calls += 1) await session.call(edge.at(`/api/orders/${calls}`));
    expect(statuses(edge.exchanges())).toEqual([200, 200, 200, 200, 200]);
  });

  test("may use its nonce for many requests at once", async () => {
    const session = await edge.loggedIn();
    await session.call(edge.at("/api/orders"));
    expect(statuses(edge.exchanges())).toEqual([401, 200]);
    const calls = Array.from({ length: 20 }, (_, n) => session.call(edge.at(`/api/orders/${n}`)));
    for (const answer of await Promise.all(calls)) expect(answer.status).toBe(200);
    expect(statuses(edge.exchanges())).toEqual(Array.from({ length: 20 }, () => 200));
  });

  test("gets a fresh nonce on a success past half life and so outlives the first one", async () => {
    const session = await edge.loggedIn();
    await session.call(edge.at("/brief/one"));
    expect(statuses(edge.exchanges())).toEqual([401, 200]);
    await sleep(3000);
    await session.call(edge.at("/brief/two"));
    const [past] = edge.exchanges();
    expect(past?.status).toBe(200);
    expect(past?.response.get("dpop-nonce")).toMatch(/^[\w-]+$/);
    expect(past?.response.get("cache-control")).toBe("no-store");
    await sleep(3000);
    await session.call(edge.at("/brief/three"));
    expect(statuses(edge.exchanges())).toEqual([200]);
  });

  test("passes with client credentials", async () => {
    const session = await actAsAgent(edge.client);
    const answer = await session.call(edge.at("/api/orders"));
    expect(parseEcho(await answer.text()).caller).toMatchObject({ sub: "agent", client: "agent" });
  });

  test("sends a body, also on the retry after a challenge", async () => {
    const session = await edge.loggedIn();
    const body = "ordered: ".repeat(10_000);
    const answer = await session.call(edge.at("/api/orders"), { method: "POST", body });
    expect(statuses(edge.exchanges())).toEqual([401, 200]);
    const echo = parseEcho(await answer.text());
    expect(echo.method).toBe("POST");
    expect(echo.body).toBe(body);
  });
});

test("a streamed body whose length nobody knows arrives whole", async () => {
  const session = await edge.loggedIn();
  const url = edge.at("/api/upload");
  const nonce = await nonceFor(session, url);
  const request = { method: "POST", url, token: session.accessToken, nonce };
  const dpop = await proof(session.keys, request);
  const chunks = Array.from({ length: 64 }, (_, index) => `${index}`.padStart(16_384, "."));
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `DPoP ${session.accessToken}`, dpop },
    body: ReadableStream.from(chunks).pipeThrough(new TextEncoderStream()),
    duplex: "half",
  });
  expect(answer.status).toBe(200);
  expect(parseEcho(await answer.text()).body).toBe(chunks.join(""));
});

describe("what the upstream sees", () => {
  test("is who is calling, and nothing that a client could use or forge", async () => {
    const session = await edge.loggedIn();
    const answer = await present(session, edge.at("/api/orders?page=2"), {
      headers: {
        connection: "close, x-private",
        "x-private": "for this hop",
        "keep-alive": "timeout=5",
        "proxy-authorization": "Basic Zm9v",
        te: "trailers",
        "x-forwarded-for": "203.0.113.9",
        "x-forwarded-host": "evil.example",
        "x-kept": "yes",
      },
    });
    const echo = parseEcho(answer.body);
    expect(echo.url).toBe("/api/orders?page=2");
    expect(echo.headers["x-kept"]).toBe("yes");
    for (const name of ["dpop", "x-private", "keep-alive", "proxy-authorization", "te"]) {
      expect(echo.headers).not.toHaveProperty(name);
    }
    expect(echo.headers["x-forwarded-host"]).toBe(new URL(edge.stage.origin).host);
    expect(echo.headers["x-forwarded-proto"]).toBe("http");
    expect(JSON.stringify(echo)).not.toContain(session.accessToken);
    expect(JSON.stringify(echo)).not.toContain("203.0.113.9");
    expect(JSON.stringify(echo)).not.toContain("evil.example");
    const now = Date.now() / 1000;
    expect(echo.caller).toEqual({
      iss: "edge",
      sub: edge.stage.issuer.user,
      aud: "upstream",
      url: edge.at("/api/orders?page=2"),
      client: "web",
      jti: expect.any(String),
      iat: expect.any(Number),
      nbf: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(Number(echo.caller.exp)).toBeGreaterThan(now);
    expect(Number(echo.caller.exp)).toBeLessThanOrEqual(now + 61);
  });

  test("is nothing when the request does not come through the edge", async () => {
    const { accessToken } = await edge.loggedIn();
    const url = `${edge.stage.upstream.url}/api/orders`;
    expect((await send(url)).status).toBe(401);
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await send(url, { headers })).status).toBe(401);
  });
});
