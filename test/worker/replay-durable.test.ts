import { expect, test } from "vitest";
import { createDurableReplay } from "../../adapters/cloudflare/replay-durable.ts";
import type { ReplayShard } from "../../adapters/cloudflare/replay-shard.ts";
import { encodeAnswer } from "../../src/replay/message.ts";
import type { Claim } from "../../src/runtime.ts";

type Answer = () => Promise<unknown>;

/** A namespace whose shards answer as told, and the names of those that were asked. */
function pretend(answer: Answer) {
  const asked: string[] = [];
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      record: () => {
        asked.push(name);
        return answer();
      },
    }),
  };
  return { asked, namespace: namespace as unknown as DurableObjectNamespace<ReplayShard> };
}

const fresh = encodeAnswer({ judgements: ["fresh"] });

const claim = (jkt: string): Claim => ({
  digest: new Uint8Array(32),
  iat: 1_800_000_000,
  jkt,
  route: new Uint8Array(),
});

const options = { shards: 16, window: 130, deadline: 20 };

test("answers what the shard answers", async () => {
  const { asked, namespace } = pretend(async () => fresh);
  const store = createDurableReplay({ ...options, namespace });
  expect(await store.claim(claim("a"))).toBe("fresh");
  expect(asked).toHaveLength(1);
});

test("a shard that never answers fails the claim, which is not sent again", async () => {
  const { asked, namespace } = pretend(() => new Promise(() => {}));
  const store = createDurableReplay({ ...options, namespace });
  await expect(store.claim(claim("a"))).rejects.toThrow("did not answer within 20 ms");
  expect(asked).toHaveLength(1);
});

test("a shard that fails fails the claim, which is not sent again", async () => {
  const { asked, namespace } = pretend(() => Promise.reject(new Error("overloaded")));
  const store = createDurableReplay({ ...options, namespace });
  await expect(store.claim(claim("a"))).rejects.toThrow("overloaded");
  expect(asked).toHaveLength(1);
});

test("one key is always judged by one shard, and many keys by all of them", async () => {
  const { asked, namespace } = pretend(async () => fresh);
  const store = createDurableReplay({ ...options, namespace });
  for (let number = 0; number < 1600; number += 1) await store.claim(claim(`key ${number}`));
  const again = asked.splice(0);
  for (let number = 0; number < 1600; number += 1) await store.claim(claim(`key ${number}`));
  expect(asked).toEqual(again);
  const counts = Map.groupBy(asked, (name) => name);
  expect(counts.size).toBe(16);
  for (const [name, of] of counts) expect(of.length, name).toBeGreaterThan(50);
});
