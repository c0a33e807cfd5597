import { describe, expect, test } from "vitest";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import {
  clientKey,
  createWorld,
  jwtAuthenticator,
  noNonce,
  origin,
  request,
  signedHeaders,
  start,
  withAuthenticator,
} from "./world.ts";

describe("what is allowed", () => {
  test("carries an internal token in place of the client's, and goes to the upstream", async () => {
    const world = createWorld(noNonce);
    const headers = await signedHeaders(world);
    const decision = await world.authorizer.authorize(
      request({ ...headers, "X-Trace": "1" }, { url: `${origin}/api/x?q=1` }),
    );
    if (decision.kind !== "allow") throw new Error(`refused: ${decision.code}`);
    expect(decision.upstream).toEqual({
      url: "https://upstream.example:8081/api/x?q=1",
      timeout: 30,
    });
    expect(decision.headers.get("Authorization")).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(decision.headers.get("Authorization")).not.toContain(headers.Authorization?.slice(5));
    expect(decision.headers.has("DPoP")).toBe(false);
    expect(decision.headers.get("X-Trace")).toBe("1");
    expect(decision.principal).toMatchObject({
      id: "alice",
      clientId: "agent",
      jkt: clientKey.jkt,
    });
    expect(world.events).toEqual([
      expect.objectContaining({
        outcome: "allow",
        rule: "upstream:api",
        authenticator: "dpop_jwt",
        scheme: "dpop",
        alg: "ES256",
        issuer: "https://idp.example",
        client: "agent",
        sub: expect.stringMatching(/^[0-9a-f]{16}$/),
        jkt: expect.stringMatching(/^[0-9a-f]{16}$/),
      }),
    ]);
  });

  test("a fresh nonce rides on a success from half of the presented one's life on, not before", async () => {
    const world = createWorld();
    const challenged = await world.authorizer.authorize(request(await signedHeaders(world)));
    const nonce = challenged.headers.get("DPoP-Nonce");
    expect(nonce).toBeTruthy();
    const call = async () => {
      const headers = await signedHeaders(world, { proof: { nonce } });
      const decision = await world.authorizer.authorize(request(headers));
      if (decision.kind !== "allow") throw new Error(`refused: ${decision.code}`);
      return decision.responseHeaders(new Headers(), 200);
    };
    world.clock.seconds += 29;
    expect((await call()).has("DPoP-Nonce")).toBe(false);
    world.clock.seconds += 1;
    const late = await call();
    expect(late.get("DPoP-Nonce")).toMatch(/^[\w-]+$/);
    expect(late.get("DPoP-Nonce")).not.toBe(nonce);
    expect(late.get("Cache-Control")).toBe("no-store");
  });

  test("an internal token ends with the access token that it stands for", async () => {
    const world = createWorld(noNonce);
    const headers = await signedHeaders(world, { claims: { exp: world.clock.seconds + 5 } });
    const decision = await world.authorizer.authorize(request(headers));
    const payload = decision.headers.get("Authorization")?.split(".")[1] ?? "";
    const { exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    expect(exp).toBe(world.clock.seconds + 15);
  });

  test("a fresh nonce that cannot be had refuses nobody whose proof is used up", async () => {
    const world = createWorld(noNonce, (now) => {
      const memory = createMemoryReplay({ now, window: 130 });
      const nonceRoute = async () => {
        if (world.clock.seconds === start) return new Uint8Array(0);
        throw new Error("unreachable");
      };
      return { claim: (claim) => memory.claim(claim), nonceRoute };
    });
    const challenged = await signedHeaders(world, { proof: { nonce: "not-ours" } });
    const nonce = (await world.authorizer.authorize(request(challenged))).headers.get("DPoP-Nonce");
    expect(nonce).toBeTruthy();
    world.clock.seconds += 40;
    const decision = await world.authorizer.authorize(
      request(await signedHeaders(world, { proof: { nonce } })),
    );
    if (decision.kind !== "allow") throw new Error(`refused: ${decision.code}`);
    expect(decision.responseHeaders(new Headers(), 200).has("DPoP-Nonce")).toBe(false);
  });

  test("without a master key a client's nonce is nobody's and is ignored", async () => {
    const { masterKey: _, ...without } = noNonce;
    const world = createWorld(without);
    const headers = await signedHeaders(world, { proof: { nonce: "of-another-server" } });
    expect((await world.authorizer.authorize(request(headers))).kind).toBe("allow");
  });

  test("replay_allowed lets a proof be used again", async () => {
    const world = createWorld(
      withAuthenticator({
        possession: { ...jwtAuthenticator.possession, nonceRequired: false, replayAllowed: true },
      }),
    );
    const headers = await signedHeaders(world);
    await world.authorizer.authorize(request(headers));
    expect((await world.authorizer.authorize(request(headers))).kind).toBe("allow");
  });
});
