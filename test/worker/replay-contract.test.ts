import { evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, vi } from "vitest";
import { createDurableReplay } from "../../adapters/cloudflare/replay-durable.ts";
import { replayContract } from "../core/dpop/replay-contract.ts";

const shards = 2;

for (const window of [16, 130, 670]) {
  replayContract(`Durable Object, window ${window}`, async () => {
    await reset();
    return {
      store: createDurableReplay({ namespace: env.REPLAY, shards, window }),
      window,
      setNow: (seconds) => void vi.spyOn(Date, "now").mockReturnValue(seconds * 1000),
      restart: async () => {
        for (let number = 0; number < shards; number += 1) {
          const shard = env.REPLAY.get(env.REPLAY.idFromName(`shard-${number}`));
          // Only an object that runs can be evicted.
          await runInDurableObject(shard, () => {});
          await evictDurableObject(shard);
        }
      },
    };
  });
}

afterAll(() => vi.restoreAllMocks());
