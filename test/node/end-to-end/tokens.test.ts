import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { logIn, unboundToken } from "../../../demo/client.ts";
import { parseEcho } from "../../../demo/echo.ts";
import { startIssuer } from "../../../demo/issuer.ts";
import { elsewhere } from "../../../demo/stage.ts";
import { send } from "../../../demo/wire.ts";
import { endToEnd, expectRefusal, present } from "./stage.ts";

const edge = endToEnd();

describe("access tokens that are refused", () => {
  test("none: a bare challenge", async () => {
    const answer = await send(edge.at("/api/orders"));
    expectRefusal(answer, 401, "credentials.missing");
    expect(answer.headers.get("www-authenticate")).toMatch(/^DPoP\b(?!.*error=)/);
  });

  test("a bound one, sent as Bearer", async () => {
    const { accessToken } = await edge.loggedIn();
    const headers = { authorization: `Bearer ${accessToken}` };
    for (const path of ["/api/orders", "/open/orders"]) {
      expectRefusal(
        await send(edge.at(path), { headers }),
        401,
        "token.downgraded",
        "invalid_token",
      );
    }
  });

  test("one for another audience", async () => {
    const session = await logIn({ ...edge.client, resource: elsewhere });
    expect(decodeJwt(session.accessToken).aud).toBe(elsewhere);
    const answer = await present(session, edge.at("/api/orders"));
    expectRefusal(answer, 401, "token.audience", "invalid_token");
  });

  test("one of another issuer", async () => {
    const issuer = await edge.stops.add(await startIssuer({ resources: [edge.stage.origin] }));
    const session = await logIn({ ...edge.client, issuer });
    const answer = await present(session, edge.at("/api/orders"));
    expectRefusal(answer, 401, "token.issuer", "invalid_token");
  });

  test("one that was changed", async () => {
    const session = await edge.loggedIn();
    const [header, , signature] = session.accessToken.split(".");
    const claims = { ...decodeJwt(session.accessToken), sub: "mallory" };
    const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
    const forged = { ...session, accessToken: `${header}.${payload}.${signature}` };
    const answer = await present(forged, edge.at("/api/orders"));
    expectRefusal(answer, 401, "token.signature", "invalid_token");
  });

  test("one without the scope that is needed, told only to who holds its key", async () => {
    const session = await edge.loggedIn();
    const answer = await present(session, edge.at("/scoped/orders"));
    expectRefusal(answer, 403, "policy.scope", "insufficient_scope");
    const headers = { authorization: `DPoP ${session.accessToken}` };
    expectRefusal(
      await send(edge.at("/scoped/orders"), { headers }),
      401,
      "proof.missing",
      "invalid_dpop_proof",
    );
    const writer = await logIn({ ...edge.client, scope: "read write" });
    expect((await present(writer, edge.at("/scoped/orders"))).status).toBe(200);
  });

  test("any, where no rule matches", async () => {
    const answer = await present(await edge.loggedIn(), edge.at("/elsewhere"));
    expectRefusal(answer, 401, "rule.unauthorized");
  });
});

describe("an opportunistic rule", () => {
  test("takes a token that is bound to no key as Bearer", async () => {
    const token = await unboundToken(edge.client);
    expect(decodeJwt(token)).not.toHaveProperty("cnf");
    const headers = { authorization: `Bearer ${token}` };
    const answer = await send(edge.at("/open/orders"), { headers });
    expect(answer.status).toBe(200);
    expect(parseEcho(answer.body).caller.sub).toBe("legacy");
    expectRefusal(
      await send(edge.at("/api/orders"), { headers }),
      401,
      "token.unbound",
      "invalid_token",
    );
  });

  test("takes a bound token with its proof", async () => {
    const session = await edge.loggedIn();
    // No nonce is required, but a young shard cannot know what was accepted before it: it may ask once.
    expect((await session.call(edge.at("/open/orders"))).status).toBe(200);
    const first = edge.exchanges().map(({ status }) => status);
    expect([[200], [401, 200]]).toContainEqual(first);
    expect((await session.call(edge.at("/open/orders"))).status).toBe(200);
    expect(edge.exchanges().map(({ status }) => status)).toEqual([200]);
  });
});
