import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeAnswer,
  decodeClaims,
  encodeAnswer,
  encodeClaims,
} from "../../../src/replay/message.ts";
import {
  decodeRoute,
  encodeRoute,
  maxShards,
  nameOf,
  regions,
  shardOf,
} from "../../../src/replay/place.ts";
import { firstStamp, standing, successorOf } from "../../../src/replay/stamp.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const stamp = bytes(14).map((random) => firstStamp(random));
const place = fc.record({ region: fc.constantFrom(...regions), shard: fc.nat(maxShards - 1) });
const route = fc.oneof(fc.record({ place }), fc.record({ place, stamp }));

describe("a route", () => {
  test("comes back as it was, and at most 64 bytes long", () => {
    fc.assert(
      fc.property(route, (one) => {
        const encoded = encodeRoute(one);
        expect(encoded.length).toBeLessThanOrEqual(64);
        expect(decodeRoute(encoded)).toEqual(one);
      }),
    );
  });

  test("is read strictly: what decodes is what encodes to the very bytes", () => {
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc
        .tuple(fc.constantFrom(0, 1, 2, 3), fc.nat(11), bytes(22))
        .map(([kind, region, rest]) => Uint8Array.of(kind, region, ...rest)),
      fc
        .tuple(fc.constantFrom(1, 2), fc.nat(11), bytes(2))
        .map(([kind, region, rest]) => Uint8Array.of(kind, region, ...rest)),
    );
    fc.assert(
      fc.property(some, (input) => {
        const decoded = decodeRoute(input);
        if (decoded !== undefined) expect([...encodeRoute(decoded)]).toEqual([...input]);
      }),
    );
  });

  const valid = encodeRoute({
    place: { region: "weur", shard: 5 },
    stamp: firstStamp(new Uint8Array(14)),
  });
  test.each([
    ["nothing", new Uint8Array(0)],
    ["another kind", Uint8Array.of(3, ...valid.slice(1))],
    ["a region that is none", Uint8Array.of(2, 10, ...valid.slice(2))],
    ["a shard beyond the last", Uint8Array.of(2, 4, 4, 0, ...valid.slice(4))],
    ["a byte too few", valid.slice(0, -1)],
    ["a byte too many", Uint8Array.of(...valid, 0)],
    ["a place with a stamp", Uint8Array.of(1, ...valid.slice(1))],
    ["a name of a region", new TextEncoder().encode("eu-central-1")],
  ])("%s is none of ours", (_, input) => {
    expect(decodeRoute(valid)).toBeDefined();
    expect(decodeRoute(input)).toBeUndefined();
  });

  test("names an object; those without a region as durable mode always has", () => {
    expect(nameOf({ region: "none", shard: 3 })).toBe("shard-3");
    expect(nameOf({ region: "weur", shard: 3 })).toBe("shard-weur-3");
  });
});

describe("a stamp", () => {
  test("its successor is later, of the same identity, whatever the random bits", () => {
    fc.assert(
      fc.property(stamp, fc.nat(600), bytes(6), bytes(6), (first, generations, random, other) => {
        let own = first;
        for (let count = 0; count < generations; count += 1) own = successorOf(own, random);
        expect(standing(own, own)).toBe("own");
        expect(standing(successorOf(own, other), own)).toBe("later");
        expect(standing(own, successorOf(own, other))).toBe("earlier");
      }),
      { numRuns: 30 },
    );
  });

  test("of the same generation with other random bits counts as later; of another identity as foreign", () => {
    const own = firstStamp(new Uint8Array(14));
    expect(standing(firstStamp(new Uint8Array(14).fill(1, 8)), own)).toBe("later");
    expect(standing(firstStamp(new Uint8Array(14).fill(1, 0, 1)), own)).toBe("foreign");
    expect(standing(new Uint8Array(0), own)).toBe("none");
  });

  test("has an end", () => {
    const last = firstStamp(new Uint8Array(14));
    last.fill(255, 8, 14);
    expect(() => successorOf(last, new Uint8Array(6))).toThrow(RangeError);
  });
});

describe("a message", () => {
  const claims = fc.array(
    fc.record({
      digest: bytes(32),
      iat: fc.maxSafeNat(),
      stamp: fc.oneof(fc.constant(new Uint8Array(0)), stamp),
    }),
    { maxLength: 5 },
  );
  const judgements = fc.array(
    fc.constantFrom(
      "fresh" as const,
      "replayed" as const,
      "stale" as const,
      "elsewhere" as const,
      "full" as const,
    ),
    { maxLength: 5 },
  );

  test("comes back as it was, and so does its answer", () => {
    fc.assert(
      fc.property(claims, judgements, fc.option(stamp, { nil: undefined }), (sent, told, own) => {
        const plain = (list: typeof sent) =>
          list.map((each) => ({ ...each, digest: [...each.digest], stamp: [...each.stamp] }));
        expect(
          plain(
            decodeClaims(encodeClaims(sent)).map((each) => ({
              ...each,
              digest: each.digest.slice(),
              stamp: each.stamp.slice(),
            })),
          ),
        ).toEqual(plain(sent));
        const answer = own === undefined ? { judgements: told } : { judgements: told, stamp: own };
        expect(decodeAnswer(encodeAnswer(answer), told.length)).toEqual(answer);
      }),
    );
  });

  test.each([
    ["no bytes", "fresh"],
    ["too short", new Uint8Array(60)],
    [
      "iat with a fraction",
      encodeClaims([{ digest: new Uint8Array(32), iat: 0.5, stamp: new Uint8Array(0) }]),
    ],
    [
      "iat below zero",
      encodeClaims([{ digest: new Uint8Array(32), iat: -1, stamp: new Uint8Array(0) }]),
    ],
    [
      "iat that is no number",
      encodeClaims([{ digest: new Uint8Array(32), iat: Number.NaN, stamp: new Uint8Array(0) }]),
    ],
  ])("%s is a TypeError", (_, message) => {
    expect(() => decodeClaims(message)).toThrow(TypeError);
  });

  test.each([
    ["a verdict", "fresh"],
    ["a judgement of another version", Uint8Array.of(9)],
    ["too few", new Uint8Array(0)],
    ["half a stamp", new Uint8Array(11)],
  ])("an answer that is %s is an error, never fresh", (_, answer) => {
    expect(() => decodeAnswer(answer, 1)).toThrow("not understood");
  });
});

// Published vectors: two Workers must spread the keys of their clients alike, whatever their version.
test.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("FNV-1a of %j", (text, hash) => {
  expect(shardOf(text, 2 ** 32)).toBe(hash);
});
