import { beforeAll, describe, expect, test } from "vitest";
import { mostTries } from "../../../src/token/jwk-set.ts";
import {
  type Answer,
  accessToken,
  authenticator,
  code,
  json,
  keySource,
  publishing,
  type SigningPair,
  signingPair,
  tokenEdge,
} from "./issuer-double.ts";

let one: SigningPair;
let two: SigningPair;
beforeAll(async () => {
  [one, two] = await Promise.all([signingPair("ES256", "one"), signingPair("ES256", "two")]);
});

/** A token that no clock of these tests outlives. */
const lasting = { claims: { exp: 2_000_000_000 } };

function edge(answer: Answer) {
  const { clock, net, tokens } = tokenEdge(answer);
  const verify = async (pair: SigningPair, parts = {}, by = authenticator) =>
    code(tokens.verify(await accessToken(pair, { ...lasting, ...parts }), by));
  return { clock, net, verify };
}

describe("one fetch", () => {
  test("for any number of tokens at once", async () => {
    const { net, verify } = edge(publishing(one));
    const codes = await Promise.all(Array.from({ length: 20 }, () => verify(one)));
    expect(new Set(codes)).toEqual(new Set(["accepted"]));
    expect(net.asked).toHaveLength(1);
  });

  test("for all authenticators with the same endpoint", async () => {
    const { net, verify } = edge(publishing(one));
    const other = { ...authenticator, audience: [], keys: structuredClone(keySource) };
    expect(await Promise.all([verify(one), verify(one, {}, other)])).toEqual([
      "accepted",
      "accepted",
    ]);
    expect(net.asked).toHaveLength(1);
  });

  test("for each endpoint", async () => {
    const { net, verify } = edge(publishing(one));
    const endpoint = { ...keySource.endpoint, url: "https://idp.example/other" };
    const other = { ...authenticator, keys: { ...keySource, endpoint } };
    expect(await Promise.all([verify(one), verify(one, {}, other)])).toEqual([
      "accepted",
      "accepted",
    ]);
    // Side by side: which hash ends first is the runtime's affair.
    expect(net.asked.map(({ url }) => url).toSorted()).toEqual([
      "https://idp.example/certs",
      "https://idp.example/other",
    ]);
  });

  test("for a cache_ttl, by the ttl of whoever asks", async () => {
    const { clock, net, verify } = edge(publishing(one));
    const brief = { ...authenticator, keys: { ...keySource, cacheTtl: 60 } };
    await verify(one);
    clock.turn(599);
    await verify(one);
    expect(net.asked).toHaveLength(1);
    await verify(one, {}, brief);
    expect(net.asked).toHaveLength(2);
    clock.turn(59);
    await verify(one, {}, brief);
    expect(net.asked).toHaveLength(2);
    clock.turn(541);
    await verify(one);
    expect(net.asked).toHaveLength(3);
  });

  test("is none for strangers: of another issuer, of another type", async () => {
    const { net, verify } = edge(publishing(one));
    expect(await verify(one, { claims: { iss: "https://evil.example" } })).toBe("token.issuer");
    expect(await verify(one, { header: { typ: "dpop+jwt" } })).toBe("token.type");
    expect(net.asked).toHaveLength(0);
  });
});

describe("rotation", () => {
  test("an unknown kid fetches the keys again, once in 30 s", async () => {
    const { clock, net, verify } = edge(publishing(one));
    expect(await verify(one)).toBe("accepted");
    net.answer = publishing(one, two);
    clock.turn(29);
    expect(await verify(two)).toBe("token.key");
    expect(net.asked).toHaveLength(1);
    clock.turn(1);
    expect(await verify(two)).toBe("accepted");
    expect(await verify(one)).toBe("accepted");
    expect(net.asked).toHaveLength(2);
  });

  test("a flood of unknown kids costs one fetch in 30 s", async () => {
    const { clock, net, verify } = edge(publishing(one));
    const flood = () =>
      Promise.all(Array.from({ length: 50 }, (_, i) => verify(two, { header: { kid: `${i}` } })));
    for (let round = 0; round < 3; round += 1) {
      expect(new Set(await flood())).toEqual(new Set(["token.key"]));
      expect(new Set(await flood())).toEqual(new Set(["token.key"]));
      expect(net.asked).toHaveLength(round + 1);
      clock.turn(30);
    }
  });

  test("a token without kid that no key verifies fetches them again too", async () => {
    const { clock, net, verify } = edge(publishing(one));
    const unnamed = { header: { kid: undefined } };
    expect(await verify(one, unnamed)).toBe("accepted");
    expect(await verify(two, unnamed)).toBe("token.signature");
    net.answer = publishing(two);
    clock.turn(30);
    expect(await verify(two, unnamed)).toBe("accepted");
    expect(net.asked).toHaveLength(2);
  });

  test("a bad signature under a known kid fetches nothing", async () => {
    const { clock, net, verify } = edge(publishing(one));
    clock.turn(30);
    expect(await verify(two, { header: { kid: "one" } })).toBe("token.signature");
    clock.turn(30);
    expect(await verify(two, { header: { kid: "one" } })).toBe("token.signature");
    expect(net.asked).toHaveLength(1);
  });

  test("keys with one kid are all tried, to a bound", async () => {
    const twin = { ...two, jwk: { ...two.jwk, kid: "one" } };
    const named = { header: { kid: "one" } };
    expect(await edge(publishing(one, twin)).verify(two, named)).toBe("accepted");
    const others = Array.from({ length: mostTries - 1 }, () => one);
    expect(await edge(publishing(...others, twin)).verify(two, named)).toBe("accepted");
    expect(await edge(publishing(...others, one, twin)).verify(two, named)).toBe("token.signature");
  });

  test("keys that do not fit do not count as tries", async () => {
    const unfit = { ...one, jwk: { ...one.jwk, use: "enc" } };
    const many = Array.from({ length: 2 * mostTries }, () => unfit);
    expect(await edge(publishing(...many, one)).verify(one)).toBe("accepted");
  });
});

test("keys that the issuer withdraws are gone with the next fetch", async () => {
  const { clock, net, verify } = edge(publishing(one, two));
  expect(await verify(one)).toBe("accepted");
  net.answer = () => json({ keys: [two.jwk] });
  clock.turn(600);
  expect(await verify(one)).toBe("token.key");
  expect(await verify(two)).toBe("accepted");
});
