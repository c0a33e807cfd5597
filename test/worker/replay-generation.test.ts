import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createDurableReplay } from "../../adapters/cloudflare/replay-durable.ts";
import { createGenerationReplay } from "../../adapters/cloudflare/replay-generation.ts";
import type { ReplayShard } from "../../adapters/cloudflare/replay-shard.ts";
import { decodeAnswer, encodeClaims } from "../../src/replay/message.ts";
import { nameOf, unnamedPlace } from "../../src/replay/place.ts";
import type { Claim, ReplayStore } from "../../src/runtime.ts";

const window = 130;
const jkt = "a key";
const nowhere = new Uint8Array(0);
const name = nameOf(unnamedPlace(jkt));
const home = unnamedPlace(jkt).shard;
const shard = () => env.REPLAY.get(env.REPLAY.idFromName(name));
const region = () => "none" as const;
const seconds = () => Math.floor(Date.now() / 1000);

const generation = () =>
  createGenerationReplay({ namespace: env.REPLAY, shards: 16, home, window, region });
const durable = () => createDurableReplay({ namespace: env.REPLAY, shards: 16, window });

afterEach(async () => {
  vi.restoreAllMocks();
  await forget();
});

/** An object that was aborted keeps its storage through `reset`. */
async function forget(): Promise<void> {
  await runInDurableObject(shard(), (_, { storage }) => storage.deleteAll());
  await crash();
}

async function crash(): Promise<void> {
  await runInDurableObject(shard(), (_, state) => state.abort("crashed")).catch(() => {});
}

let made = 0;
function claim(route: Uint8Array<ArrayBuffer> = nowhere, iat = seconds()): Claim {
  made += 1;
  const digest = new Uint8Array(32);
  new DataView(digest.buffer).setUint32(0, made);
  return { digest, iat, jkt, route };
}

async function nonceOf(store: ReplayStore): Promise<Uint8Array<ArrayBuffer>> {
  const route = await store.nonceRoute?.(jkt);
  if (route === undefined) throw new Error("no nonce");
  return route;
}

/** Rows that are put while `act` runs, and claims that are inserted. */
async function written(act: (instance: ReplayShard) => Promise<void>): Promise<number> {
  return await runInDurableObject(shard(), async (instance: ReplayShard, { storage }) => {
    const puts = vi.spyOn(storage, "put");
    const statements = vi.spyOn(storage.sql, "exec");
    await act(instance);
    const inserts = statements.mock.calls.filter(([query]) => query.startsWith("INSERT")).length;
    const rows = puts.mock.calls.length + inserts;
    puts.mockRestore();
    statements.mockRestore();
    return rows;
  });
}

test("a thousand claims write one row", async () => {
  const rows = await written(async (instance) => {
    const { stamp = nowhere } = decodeAnswer(await instance.hello("generation"), 0);
    for (let call = 0; call < 1000; call += 1) {
      const { digest, iat } = claim();
      const answer = await instance.judge(encodeClaims([{ digest, iat, stamp }]), window);
      expect(decodeAnswer(answer, 1).judgements).toEqual(["fresh"]);
    }
  });
  expect(rows).toBe(1);
});

test("a challenge writes one row, another one none", async () => {
  expect(await written(async (instance) => void (await instance.hello("generation")))).toBe(1);
  expect(await written(async (instance) => void (await instance.hello("generation")))).toBe(0);
});

test("of 200 copies sent at once one is fresh, also when the bound does not cover them yet", async () => {
  const store = generation();
  for (const ahead of [0, 40]) {
    const copy = claim(await nonceOf(store), seconds() + ahead);
    const verdicts = await Promise.all(Array.from({ length: 200 }, () => store.claim(copy)));
    expect(verdicts.filter((verdict) => verdict === "fresh")).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict === "replayed")).toHaveLength(199);
  }
});

test("within seconds of the last claim the rest of the bound is given back, and no more is written", async () => {
  // A later life: what its first one found when the shard was new lies behind it.
  const nonce = await nonceOf(generation());
  await crash();
  const later = Date.now() + 20_000;
  vi.spyOn(Date, "now").mockReturnValue(later);
  const last = claim(nonce);
  expect(await generation().claim(last)).toBe("fresh");
  const bound = () =>
    runInDurableObject(
      shard(),
      (_, { storage }) => storage.kv.get<{ bound: number }>("generation")?.bound,
    );
  expect(await bound()).toBeGreaterThan(last.iat);
  await vi.waitFor(async () => expect(await bound()).toBe(last.iat), {
    timeout: 8000,
    interval: 250,
  });
  expect(await written(() => new Promise((resolve) => setTimeout(resolve, 3000)))).toBe(0);
  await crash();
  expect(await generation().claim(claim(nonce, last.iat + 1))).toBe("fresh");
  expect(await generation().claim(last)).toBe("elsewhere");
}, 20_000);

test.each(["put", "sync"] as const)(
  "a first %s that fails: that claim alone is lost, the next one is judged by the same object",
  async (method) => {
    const { digest, iat } = claim();
    const answers = await runInDurableObject(
      shard(),
      async (instance: ReplayShard, { storage }) => {
        vi.spyOn(storage, method).mockRejectedValueOnce(new Error("disk"));
        const judge = async (stamp: Uint8Array) =>
          decodeAnswer(await instance.judge(encodeClaims([{ digest, iat, stamp }]), window), 1);
        const together = await Promise.allSettled([judge(nowhere), judge(nowhere)]);
        expect(together.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
        const { stamp = nowhere } = await judge(nowhere);
        return [(await judge(stamp)).judgements, (await judge(stamp)).judgements];
      },
    );
    expect(answers).toEqual([["fresh"], ["replayed"]]);
    const store = generation();
    expect(await store.claim(claim(await nonceOf(store)))).toBe("fresh");
  },
);

test("a superseded object judges nothing and ends; the next challenge finds its successor", async () => {
  const store = generation();
  const nonce = await nonceOf(store);
  const later = nonce.slice();
  later[17] = (later[17] ?? 0) + 1;
  expect(await store.claim(claim(later))).toBe("elsewhere");
  const fresh = await nonceOf(store);
  expect(fresh.subarray(4, 12)).toEqual(nonce.subarray(4, 12));
  expect(fresh[17]).toBe((later[17] ?? 0) + 1);
  expect(await store.claim(claim(fresh))).toBe("fresh");
});

test("a new object of the same name challenges the old one's nonces", async () => {
  const store = generation();
  const nonce = await nonceOf(store);
  await forget();
  expect(await store.claim(claim(nonce, seconds() + 30))).toBe("elsewhere");
  expect(await store.claim(claim(await nonceOf(store)))).toBe("fresh");
});

describe("the mode changes while both versions run", () => {
  test("of copies sent to both at once one is fresh", async () => {
    const [old, next] = [durable(), generation()];
    for (const route of [nowhere, await nonceOf(next)]) {
      const copy = claim(route, seconds() + 15);
      const verdicts = await Promise.all(
        Array.from({ length: 100 }, (_, index) => (index % 2 ? old : next).claim(copy)),
      );
      expect(verdicts.filter((verdict) => verdict === "fresh")).toHaveLength(1);
    }
  });

  test("what durable mode accepted generation mode refuses, restarts between or not", async () => {
    const proof = claim();
    expect(await durable().claim(proof)).toBe("fresh");
    expect(await generation().claim(proof)).toBe("replayed");
    await crash();
    expect(await generation().claim(proof)).toBe("replayed");
  });

  test("what generation mode accepted durable mode refuses, restarts between or not", async () => {
    const store = generation();
    const proofs = [claim(await nonceOf(store)), claim(nowhere, seconds() + 14)];
    for (const proof of proofs) expect(await store.claim(proof)).toBe("fresh");
    for (const proof of proofs) expect(await durable().claim(proof)).toBe("replayed");
    await crash();
    for (const proof of proofs) expect(await durable().claim(proof)).toBe("elsewhere");
  });

  test("who is challenged by durable mode is served with its nonce", async () => {
    expect(await generation().claim(claim(nowhere, seconds() + 14))).toBe("fresh");
    await crash();
    const store = durable();
    expect(await store.claim(claim())).toBe("elsewhere");
    const proof = claim(await nonceOf(store));
    expect(await store.claim(proof)).toBe("fresh");
    await crash();
    expect(await store.claim(proof)).toBe("replayed");
    expect(await generation().claim(proof)).toBe("replayed");
  });
});

const message = encodeClaims([{ digest: new Uint8Array(32), iat: 1, stamp: nowhere }]);
test.each([
  ["no bytes", ["x", window]],
  ["a message too short", [message.slice(1), window]],
  ["a window below zero", [message, -1]],
  ["a window beyond a day", [message, 86_401]],
])("refuses %s and goes on unharmed", async (_, input) => {
  await runInDurableObject(shard(), async (instance: ReplayShard) => {
    await expect(Reflect.apply(instance.judge, instance, input)).rejects.toThrow(TypeError);
    expect((await instance.judge(message, window))[0]).toBe(2);
  });
});
