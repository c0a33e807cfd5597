import { describe, expect, test } from "vitest";
import {
  clientKey,
  configuration,
  createWorld,
  dpopProof,
  jwtAuthenticator,
  keyPair,
  noNonce,
  origin,
  request,
  signedHeaders,
  type World,
  withAuthenticator,
} from "../authorizer/world.ts";

const send = (world: World, headers: Record<string, string>, changed = {}) =>
  world.authorizer.authorize(request(headers, changed));

describe("less of it", () => {
  const events = { path: true, sampleAllowed: 0.25, foldAbove: 3 };

  test("allows are sampled, and count for the others; refusals and what shadow would refuse are not", async () => {
    const world = createWorld({ ...noNonce, events });
    const allowed = 200;
    for (let sent = 0; sent < allowed; sent += 1) await send(world, await signedHeaders(world));
    const lines = world.events.length;
    expect(lines).toBeGreaterThan(15);
    expect(lines).toBeLessThan(100);
    expect(world.events.every(({ count }) => count === 4)).toBe(true);
    const possession = { ...jwtAuthenticator.possession, enforcement: "shadow" } as const;
    const shadow = createWorld({ ...withAuthenticator({ possession }), events });
    const Authorization = `Bearer ${await shadow.accessToken()}`;
    for (let sent = 0; sent < 10; sent += 1) await send(shadow, { Authorization });
    expect(shadow.events).toHaveLength(10);
    expect(shadow.events[0]?.count).toBeUndefined();
  });

  test("a flood of one refusal is counted, and nothing of it is lost while requests come", async () => {
    const world = createWorld({ ...configuration, events });
    for (let sent = 0; sent < 1000; sent += 1) await send(world, {});
    expect(world.events.length).toBeLessThan(20);
    world.clock.seconds += 10;
    await send(world, {}, { url: `${origin}/elsewhere` });
    const missing = world.events.filter(({ code }) => code === "credentials.missing");
    expect(missing.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(1000);
    expect(world.events.at(-1)).toMatchObject({ code: "rule.unauthorized" });
    expect(world.events.at(-1)?.count).toBeUndefined();
  });

  test.each([
    ["the edge's own page", { url: `${origin}/.well-known/jwks` }, {}],
    [
      "preflights",
      { method: "OPTIONS" },
      { Origin: "https://x.example", "Access-Control-Request-Method": "GET" },
    ],
  ])("a flood of what anybody may ask for is one too: %s", async (_, asked, headers) => {
    const cors = {
      ...{ allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [] },
      ...{ exposedHeaders: [], allowCredentials: false },
    };
    const world = createWorld({ ...configuration, cors, events });
    for (let sent = 0; sent < 1000; sent += 1) await send(world, headers, asked);
    expect(world.events.length).toBeLessThan(20);
    world.clock.seconds += 10;
    await send(world, {});
    const told = world.events.filter(({ outcome }) => outcome !== "refuse");
    expect(told.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(1000);
  });

  test("nor where many kinds of refusals push a flood out", async () => {
    const world = createWorld({ ...noNonce, events });
    const unproven = async (client_id: string) => {
      const Authorization = `DPoP ${await world.accessToken({ client_id, cnf: { jkt: clientKey.jkt } })}`;
      const other = await keyPair();
      await send(world, {
        Authorization,
        DPoP: await dpopProof(other, "token", world.clock.seconds),
      });
    };
    for (let sent = 0; sent < 5; sent += 1) await unproven("one");
    for (let sent = 0; sent < 260; sent += 1) await unproven(`client ${sent}`);
    world.clock.seconds += 10;
    await send(world, {}, { url: `${origin}/elsewhere` });
    const told = world.events.filter(({ client }) => client !== undefined);
    expect(told.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(265);
  });
});
