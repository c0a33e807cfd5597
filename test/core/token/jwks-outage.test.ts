import { beforeAll, describe, expect, test } from "vitest";
import { createSecrets } from "../../../src/secrets.ts";
import { createAccessTokens } from "../../../src/token/access-token.ts";
import {
  type Answer,
  accessToken,
  authenticator,
  code,
  handClock,
  json,
  keySource,
  network,
  publishing,
  random,
  refusal,
  type SigningPair,
  secrets,
  signingPair,
  tokenEdge,
} from "./issuer-double.ts";

let one: SigningPair;
let two: SigningPair;
beforeAll(async () => {
  [one, two] = await Promise.all([signingPair("ES256", "one"), signingPair("ES256", "two")]);
});

const dead: Answer = () => Promise.reject(new TypeError("connection refused"));
/** A token that no clock of these tests outlives. */
const lasting = { claims: { exp: 2_000_000_000 } };

function edge(answer: Answer) {
  const { clock, net, tokens } = tokenEdge(answer);
  const verify = async (pair: SigningPair, parts = {}, by = authenticator) =>
    code(tokens.verify(await accessToken(pair, { ...lasting, ...parts }), by));
  const refused = async (pair: SigningPair) =>
    await refusal(tokens.verify(await accessToken(pair, lasting), authenticator));
  return { clock, net, verify, refused };
}

describe("an issuer that is down", () => {
  test("from the start: unavailable, asked again after a second, and healed", async () => {
    const { clock, net, verify } = edge(dead);
    expect(await Promise.all([verify(one), verify(one)])).toEqual([
      "keys.unavailable",
      "keys.unavailable",
    ]);
    net.answer = publishing(one);
    clock.turn(1);
    expect(await verify(one)).toBe("keys.unavailable");
    expect(net.asked).toHaveLength(1);
    clock.turn(0.5);
    expect(await Promise.all([verify(one), verify(one)])).toEqual(["accepted", "accepted"]);
    expect(net.asked).toHaveLength(2);
  });

  test("from the start and for long: asked once in 1.25 s", async () => {
    const { clock, net, verify } = edge(dead);
    for (let tenth = 0; tenth < 125; tenth += 1) {
      expect(await verify(one)).toBe("keys.unavailable");
      clock.turn(0.1);
    }
    expect(net.asked).toHaveLength(10);
  });

  test.each([0, 255])("waits by chance, between 1 and 1.5 s: %i", async (fill) => {
    const clock = handClock();
    const net = network(dead);
    const drawn = (bytes: number) => new Uint8Array(bytes).fill(fill);
    const tokens = createAccessTokens({ ...clock, fetch: net.fetch, random: drawn }, secrets);
    const token = await accessToken(one);
    const waits = [0, fill === 0 ? 0.999 : 1.499, 0.001];
    const asked = [];
    for (const wait of waits) {
      clock.turn(wait);
      expect(await code(tokens.verify(token, authenticator))).toBe("keys.unavailable");
      asked.push(net.asked.length);
    }
    expect(asked).toEqual([1, 1, 2]);
  });

  test("Retry-After is when it is asked again: no keys yet", async () => {
    const { clock, net, refused } = edge(dead);
    expect((await refused(one))?.retryAfter).toBe(2);
    clock.turn(0.3);
    expect((await refused(one))?.retryAfter).toBe(1);
    net.answer = publishing(one);
    clock.turn(1);
    expect(await refused(one)).toBeUndefined();
  });

  test("Retry-After is when it is asked again: an unknown kid", async () => {
    const { clock, net, refused } = edge(publishing(one));
    expect(await refused(one)).toBeUndefined();
    net.answer = dead;
    clock.turn(30);
    expect((await refused(two))?.retryAfter).toBe(30);
    clock.turn(12.5);
    const told = (await refused(two))?.retryAfter ?? 0;
    expect(told).toBe(18);
    net.answer = publishing(one, two);
    clock.turn(told - 1);
    expect((await refused(two))?.retryAfter).toBe(1);
    clock.turn(1);
    expect(await refused(two)).toBeUndefined();
  });

  test("with its keys at hand: served, asked once in 30 s", async () => {
    const { clock, net, verify } = edge(publishing(one));
    expect(await verify(one)).toBe("accepted");
    net.answer = dead;
    clock.turn(600);
    for (let second = 0; second < 60; second += 1) {
      expect(await verify(one)).toBe("accepted");
      clock.turn(1);
    }
    expect(net.asked).toHaveLength(3);
  });

  test.each([
    ["an empty set", []],
    ["keys for encryption", [{ kty: "oct", k: "AAAA" }]],
  ])("is one that answers 200 and %s: the keys before stay in force", async (_, keys) => {
    const { clock, net, verify, refused } = edge(publishing(one));
    expect(await verify(one)).toBe("accepted");
    net.answer = () => json({ keys });
    clock.turn(600);
    expect(await verify(one)).toBe("accepted");
    clock.turn(3599);
    expect(await verify(one)).toBe("accepted");
    clock.turn(1);
    const refusal = await refused(one);
    expect(refusal).toMatchObject({ code: "keys.unavailable" });
    expect(refusal?.detail.found).toMatch(
      /^https:\/\/idp\.example\/certs answered a JWK set of \d keys?/,
    );
  });

  test("later: its keys are served stale for an hour and no longer", async () => {
    const { clock, net, verify } = edge(publishing(one));
    expect(await verify(one)).toBe("accepted");
    net.answer = dead;
    clock.turn(600 + 3599);
    expect(await verify(one)).toBe("accepted");
    expect(await verify(one, { claims: { ...lasting.claims, sub: "bob" } })).toBe("accepted");
    expect(net.asked).toHaveLength(2);
    clock.turn(1);
    expect(await verify(one)).toBe("keys.unavailable");
    net.answer = publishing(one);
    clock.turn(1);
    expect(await verify(one)).toBe("accepted");
    expect(net.asked).toHaveLength(3);
  });

  test("an unknown kid cannot be judged then", async () => {
    const { clock, net, verify } = edge(publishing(one));
    expect(await verify(one)).toBe("accepted");
    net.answer = dead;
    clock.turn(30);
    expect(await verify(two)).toBe("keys.unavailable");
    expect(await verify(two)).toBe("keys.unavailable");
    expect(await verify(one)).toBe("accepted");
    expect(net.asked).toHaveLength(2);
  });

  test("a clock that falls back does not make old keys young", async () => {
    const { clock, net, verify } = edge(publishing(one));
    expect(await verify(one)).toBe("accepted");
    net.answer = dead;
    clock.turn(-1);
    expect(await verify(one)).toBe("accepted");
    expect(net.asked).toHaveLength(2);
    clock.turn(-600 - 3600);
    expect(await verify(one, { claims: { ...lasting.claims, iat: undefined } })).toBe(
      "keys.unavailable",
    );
  });
});

test("credentials of the endpoint that were put right are used at the next attempt", async () => {
  const clock = handClock();
  const net = network((_, init) => {
    const sent = new Headers(init.headers).get("X-Key");
    return sent === "right" ? json({ keys: [one.jwk] }) : new Response("", { status: 401 });
  });
  let password = "wrong";
  const auth = { type: "api_key", in: "header", name: "X-Key", value: { source: "s" } } as const;
  const keys = { ...keySource, endpoint: { ...keySource.endpoint, auth } };
  const kept = createSecrets({ s: { kind: "inline", from: { binding: "S" } } }, () => password);
  const tokens = createAccessTokens({ now: clock.now, fetch: net.fetch, random }, kept);
  const token = await accessToken(one, lasting);
  const verify = () => code(tokens.verify(token, { ...authenticator, keys }));
  expect(await verify()).toBe("keys.unavailable");
  password = "right";
  clock.turn(2);
  expect(await verify()).toBe("accepted");
});
