import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { decodeRoute, encodeRoute, type Region, regions } from "../../../src/replay/place.ts";
import { createShardedReplay, type ShardedReplayOptions } from "../../../src/replay/store.ts";
import type { Claim, ReplayStore } from "../../../src/runtime.ts";
import { createShardHost, type ShardHost } from "./shard-host.ts";

const start = 2_000_000_000;
const window = 130;
const nowhere = new Uint8Array(0);

let seconds = start;
let host: ShardHost;
const now = () => seconds * 1000;

beforeEach(() => {
  seconds = start;
  host = createShardHost({ now, window });
});

const isolate = (changed: Partial<ShardedReplayOptions> = {}): ReplayStore =>
  createShardedReplay({
    mode: "generation",
    shards: 16,
    home: 3,
    region: () => "none",
    ask: host.ask,
    now,
    ...changed,
  });

let made = 0;
function claim(route: Uint8Array<ArrayBuffer>, jkt = "key", iat = seconds): Claim {
  made += 1;
  const digest = new Uint8Array(32);
  new DataView(digest.buffer).setUint32(0, made);
  return { digest, iat, jkt, route };
}

async function nonceOf(store: ReplayStore, jkt = "key"): Promise<Uint8Array<ArrayBuffer>> {
  const route = await store.nonceRoute?.(jkt);
  if (route === undefined) throw new Error("no nonce");
  return route;
}

describe("messages", () => {
  test("a challenge asks the shard, unless it has just been heard from", async () => {
    const store = isolate();
    await nonceOf(store);
    expect(host.messages).toHaveLength(1);
    await nonceOf(store);
    expect(host.messages).toHaveLength(1);
    seconds += 2;
    await nonceOf(store);
    expect(host.messages).toHaveLength(2);
  });

  test("a claim is one message, and the nonce on its success none", async () => {
    const store = isolate();
    const nonce = await nonceOf(store);
    host.messages.length = 0;
    for (let call = 0; call < 10; call += 1, seconds += 40) {
      expect(await store.claim(claim(nonce))).toBe("fresh");
      expect(await store.nonceRoute?.("key", nonce)).toEqual(nonce);
    }
    expect(host.messages).toHaveLength(10);
  });

  test("a success without a claim (replay_allowed) costs none either", async () => {
    const store = isolate();
    const nonce = await nonceOf(store);
    seconds += 600;
    host.messages.length = 0;
    expect(await store.nonceRoute?.("key", nonce)).toEqual(nonce);
    expect(host.messages).toEqual([]);
  });

  test("a stranger wakes no shard: the nonce is of one that was heard from, or there is none", async () => {
    const store = isolate();
    expect(await store.nonceRoute?.(undefined)).toBeUndefined();
    expect(host.messages).toEqual([]);
    const nonce = await nonceOf(store);
    expect(await store.nonceRoute?.(undefined)).toEqual(nonce);
    expect(host.messages).toHaveLength(1);
    expect(await store.claim(claim(nonce, "any other key"))).toBe("fresh");
  });

  test("claims of one turn for one shard are one message", async () => {
    const store = isolate();
    const nonce = await nonceOf(store);
    host.messages.length = 0;
    const one = claim(nonce);
    const verdicts = await Promise.all(
      [one, one, claim(nonce), one].map((each) => store.claim(each)),
    );
    expect(verdicts).toEqual(["fresh", "replayed", "fresh", "replayed"]);
    expect(host.messages.map(({ claims }) => claims)).toEqual([4]);
  });
});

test("the nonces of one isolate name one shard, so that claims of all its clients ride together", async () => {
  const store = isolate();
  const nonces = await Promise.all(["a", "b", "c", "d"].map((jkt) => nonceOf(store, jkt)));
  expect(new Set(nonces.map((nonce) => decodeRoute(nonce)?.place.shard))).toEqual(new Set([3]));
  host.messages.length = 0;
  await Promise.all(nonces.map((nonce, index) => store.claim(claim(nonce, `key ${index}`))));
  expect(host.messages.map(({ claims }) => claims)).toEqual([4]);
});

describe("a challenged client", () => {
  test("is served with the nonce of the challenge, after whatever end", async () => {
    const store = isolate();
    for (const end of ["crash", "evict", "crash"] as const) {
      const nonce = await nonceOf(store);
      expect(await store.claim(claim(nonce))).toBe("fresh");
      await host[end]();
      const again = claim(nonce);
      const verdict = await store.claim(again);
      if (end === "crash") {
        expect(verdict).toBe("elsewhere");
        host.messages.length = 0;
        expect(await store.claim({ ...again, route: await nonceOf(store) })).toBe("fresh");
        // The refusal told who lives there.
        expect(host.messages.map(({ claims }) => claims)).toEqual([1]);
      }
      seconds += 20;
    }
  });

  test("of a shard whose disk is lost, too", async () => {
    const store = isolate();
    const nonce = await nonceOf(store);
    host.crash();
    host.disks.clear();
    seconds += 60;
    expect(await store.claim(claim(nonce))).toBe("elsewhere");
    expect(await store.claim(claim(await nonceOf(store)))).toBe("fresh");
  });

  test("with a nonce whose route is none of ours", async () => {
    const store = isolate();
    expect(await store.claim(claim(new TextEncoder().encode("eu-central-1")))).toBe("elsewhere");
    expect(host.messages).toEqual([]);
  });

  test.each([
    ["every 50 ms", 0.05],
    ["every 12 s", 12],
    ["every 30 s", 30],
  ])(
    "calling %s of a shard that is evicted when idle is never challenged again",
    async (_, period) => {
      const store = isolate();
      let nonce = await nonceOf(store);
      for (let call = 0; call < 1000; call += 1) {
        expect(await store.claim(claim(nonce, "key", Math.floor(seconds)))).toBe("fresh");
        nonce = (await store.nonceRoute?.("key", nonce)) ?? nonce;
        seconds += period;
        if (period > 10) await host.evict();
      }
    },
  );
});

test("a shard that is full refuses by throwing", async () => {
  host = createShardHost({ now, window, limit: 1 });
  const store = isolate();
  const nonce = await nonceOf(store);
  expect(await store.claim(claim(nonce))).toBe("fresh");
  await expect(store.claim(claim(nonce))).rejects.toThrow("limit of claims");
});

test("a shard that does not answer fails the claim, and a challenge, which asks again", async () => {
  const asked: number[] = [];
  const ask = (_: unknown, claims: readonly unknown[]) => {
    asked.push(claims.length);
    return new Promise<never>(() => {});
  };
  const store = isolate({ ask, deadline: 10 });
  await expect(store.claim(claim(nowhere))).rejects.toThrow("did not answer within 10 ms");
  expect(asked).toEqual([1]);
  await expect(nonceOf(store, "key")).rejects.toThrow("did not answer");
  expect(asked.slice(1).every((claims) => claims === 0)).toBe(true);
});

describe("two Workers side by side, whatever their settings", () => {
  const settings = fc.record({
    mode: fc.constantFrom("generation" as const, "durable" as const),
    shards: fc.integer({ min: 1, max: 1024 }),
    home: fc.integer({ min: 0, max: 1023 }),
    region: fc.constantFrom(...regions).map((region: Region) => () => region),
  });

  test("ask the same shard about the same proof", async () => {
    await fc.assert(
      fc.asyncProperty(settings, settings, fc.string(), async (old, next, jkt) => {
        host = createShardHost({ now, window });
        for (const minter of [old, next]) {
          const route = await nonceOf(isolate(minter), jkt);
          for (const each of [route, nowhere]) {
            host.messages.length = 0;
            for (const judge of [old, next]) await isolate(judge).claim(claim(each, jkt));
            const [first, second] = host.messages;
            expect(first?.shard).toBe(second?.shard);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("another home: clients stay where their nonces lead, and move once the new shard was heard from", async () => {
    const old = isolate({ home: 200 });
    const next = isolate({ home: 1 });
    const nonce = await nonceOf(old);
    expect(await next.claim(claim(nonce))).toBe("fresh");
    expect(await next.nonceRoute?.("key", nonce)).toEqual(nonce);
    const moved = await nonceOf(next);
    expect(decodeRoute(moved)?.place.shard).toBe(1);
    expect(await next.nonceRoute?.("key", nonce)).toEqual(moved);
    expect(await old.claim(claim(moved))).toBe("fresh");
  });

  test("regions: a nonce leads to the region of who asked for it, and its proof is judged there", async () => {
    let region: Region = "weur";
    const store = isolate({ region: () => region });
    const nonce = await nonceOf(store);
    region = "apac";
    expect(await store.claim(claim(nonce))).toBe("fresh");
    expect(host.messages.map(({ shard }) => shard.replace(/\d+$/, ""))).toEqual([
      "shard-weur-",
      "shard-weur-",
    ]);
    expect(decodeRoute(await nonceOf(store))?.place.region).toBe("apac");
  });
});

test("durable nonces need no message: of 16 shards they name none, of another number theirs", async () => {
  const sixteen = isolate({ mode: "durable" });
  expect(await nonceOf(sixteen)).toEqual(nowhere);
  const three = await nonceOf(isolate({ mode: "durable", shards: 3 }));
  const route = decodeRoute(three);
  expect(route?.place.shard).toBeLessThan(3);
  expect(route && encodeRoute(route)).toEqual(three);
  expect(host.messages).toEqual([]);
});
