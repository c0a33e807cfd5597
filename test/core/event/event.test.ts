import { describe, expect, test } from "vitest";
import {
  clientKey,
  configuration,
  createWorld,
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

describe("the request's id", () => {
  test("is the platform's, and rides to both sides", async () => {
    const world = createWorld(noNonce);
    const sent = { ...(await signedHeaders(world)), "X-Request-Id": "a client's" };
    const decision = await send(world, sent, { id: "9e2f-FRA" });
    if (decision.kind !== "allow") throw new Error("refused");
    expect(world.events[0]?.request_id).toBe("9e2f-FRA");
    expect(decision.headers.get("X-Request-Id")).toBe("9e2f-FRA");
    const upstream = new Headers({ "X-Request-Id": "the upstream's" });
    expect(decision.responseHeaders(upstream, 200).get("X-Request-Id")).toBe("9e2f-FRA");
  });

  test("is in the body of a refusal", async () => {
    const decision = await send(createWorld(), {}, { id: "9e2f-FRA" });
    if (decision.kind === "allow") throw new Error("allowed");
    expect(JSON.parse(decision.body ?? "")).toMatchObject({ request_id: "9e2f-FRA" });
    expect(decision.headers.get("X-Request-Id")).toBe("9e2f-FRA");
  });

  test("more: a link only where the document has a page", async () => {
    const body = async (world: World) => {
      const decision = await send(world, {});
      if (decision.kind === "allow") throw new Error("allowed");
      return JSON.parse(decision.body ?? "");
    };
    expect(await body(createWorld())).not.toHaveProperty("more");
    const signaling = { ...jwtAuthenticator.signaling, errorUri: "https://docs.example/errors" };
    expect(await body(createWorld(withAuthenticator({ signaling })))).toMatchObject({
      more: "https://docs.example/errors#credentials.missing",
    });
  });

  test.each(["a\nb", "x".repeat(65), "", "<script>"])("is ours where theirs is %j", async (id) => {
    const world = createWorld();
    await send(world, {}, { id });
    expect(world.events[0]?.request_id).toMatch(/^[0-9a-f]{32}$/);
  });
});

test.each([
  ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"],
  [`00-${"0".repeat(32)}-00f067aa0ba902b7-01`, undefined],
  ["ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", undefined],
  ["nonsense", undefined],
])("traceparent %s", async (traceparent, id) => {
  const world = createWorld(noNonce);
  const decision = await send(world, { ...(await signedHeaders(world)), traceparent });
  expect(world.events[0]?.trace_id).toBe(id);
  expect(decision.headers.get("traceparent")).toBe(traceparent);
});

test("a refusal tells who, what was expected and found; lines of one key and one proof join", async () => {
  const world = createWorld(noNonce);
  const headers = await signedHeaders(world);
  await send(world, headers);
  await send(world, headers);
  const [allowed, replayed] = world.events;
  expect(replayed).toMatchObject({
    outcome: "refuse",
    status: 401,
    code: "proof.replayed",
    expected: "a new proof for every request",
    found: "The proof has been used before.",
    issuer: "https://idp.example",
    client: "agent",
    path: "/api/x",
    route: "/api/**",
    rule: "upstream:api",
    replay: { mode: "memory" },
    documents: configuration.documents,
  });
  for (const field of ["sub", "jkt", "token", "jti"] as const)
    expect(replayed?.[field]).toBe(allowed?.[field]);
  expect(JSON.stringify(world.events)).not.toContain(clientKey.jkt);
});

test("a thief's key is the hash that its other requests have", async () => {
  const world = createWorld(noNonce);
  const thief = await keyPair();
  await send(world, await signedHeaders(world, { claims: { cnf: { jkt: thief.jkt } } }));
  const [{ jkt, expected, found } = {}] = world.events;
  expect(expected).toBe(jkt);
  await send(world, await signedHeaders(world));
  expect(world.events[1]?.jkt).toBe(found);
});

test("without a master key the documents' fingerprint makes the hashes, and without both there are none", async () => {
  const { masterKey: _, ...without } = noNonce;
  const world = createWorld(without);
  await send(world, await signedHeaders(world));
  expect(world.events[0]?.sub).toMatch(/^[0-9a-f]{16}$/);
  const { documents: __, ...neither } = without;
  const bare = createWorld(neither);
  await send(bare, await signedHeaders(bare));
  expect(bare.events[0]?.outcome).toBe("allow");
  expect(bare.events[0]?.sub).toBeUndefined();
});

describe("what a proof's time says", () => {
  const live = async (world: World) =>
    (await send(world, await signedHeaders(world))).headers.get("DPoP-Nonce") ?? "";

  test.each([
    ["the client's clock is right", 0, { nonce: "live", proof_age: 0, clock_skew: 0 }],
    ["it is ahead", 7, { proof_age: -7, clock_skew: 7 }],
    ["it is behind its own nonce", -8, { proof_age: 8, clock_skew: -8 }],
    ["it is too far ahead", 60, { code: "proof.iat", proof_age: -60, clock_skew: 60 }],
  ])("%s", async (_, seconds, told) => {
    const world = createWorld();
    const nonce = await live(world);
    const iat = world.clock.seconds + seconds;
    await send(world, await signedHeaders(world, { proof: { nonce, iat } }));
    expect(world.events[1]).toMatchObject(told);
  });

  test("a nonce is absent, foreign, aging, expired", async () => {
    const world = createWorld();
    const nonce = await live(world);
    await send(world, await signedHeaders(world, { proof: { nonce: "another's" } }));
    world.clock.seconds += 31;
    await send(world, await signedHeaders(world, { proof: { nonce } }));
    world.clock.seconds += 30;
    await send(world, await signedHeaders(world, { proof: { nonce } }));
    const states = world.events.map((event) => event.nonce);
    expect(states).toEqual(["absent", "foreign", "aging", "expired"]);
  });
});

test("the event waits for how it ended, and is one", async () => {
  const world = createWorld(noNonce);
  const { end } = await world.authorizer.decide(request(await signedHeaders(world)));
  expect(world.events).toEqual([]);
  await end({ status: 502, upstream: { problem: "unreachable", duration: 12 } });
  await end();
  expect(world.events).toHaveLength(1);
  expect(world.events[0]).toMatchObject({
    outcome: "allow",
    status: 502,
    upstream: { problem: "unreachable", duration: 12 },
  });
});

test("a document can leave the path out", async () => {
  const world = createWorld({
    ...configuration,
    events: { path: false, sampleAllowed: 1, foldAbove: 100 },
  });
  await send(world, {}, { url: `${origin}/api/x?q=1` });
  expect(world.events[0]?.path).toBeUndefined();
});

describe("a preflight after which a browser sends nothing says why", () => {
  const cors = {
    allowedOrigins: ["https://app.example"],
    allowedMethods: ["GET", "DELETE"],
    allowedHeaders: [],
    exposedHeaders: [],
    allowCredentials: false,
  };
  const asks = (changed: Record<string, string> = {}) => ({
    Origin: "https://app.example",
    "Access-Control-Request-Method": "DELETE",
    "Access-Control-Request-Headers": "authorization, DPoP",
    ...changed,
  });

  test.each([
    [{}, undefined],
    [{ Origin: "https://evil.example" }, "https://evil.example"],
    [{ "Access-Control-Request-Method": "PUT" }, "PUT"],
    [{ "Access-Control-Request-Headers": "x-other, dpop" }, "x-other"],
  ])("%j: %s", async (changed, found) => {
    const world = createWorld({ ...noNonce, cors });
    await send(world, asks(changed), { method: "OPTIONS" });
    expect(world.events[0]).toMatchObject({ outcome: "preflight", status: 204 });
    expect(world.events[0]?.found).toBe(found);
    expect(typeof world.events[0]?.expected).toBe(found === undefined ? "undefined" : "string");
  });
});
