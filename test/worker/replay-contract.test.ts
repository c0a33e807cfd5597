import { evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, vi } from "vitest";
import { createDurableReplay } from "../../adapters/cloudflare/replay-durable.ts";
import { createGenerationReplay } from "../../adapters/cloudflare/replay-generation.ts";
import { shardOf, unnamedShards } from "../../src/replay/place.ts";
import { replayContract } from "../core/dpop/replay-contract.ts";
import { asClients } from "../core/replay/as-clients.ts";

const shards = 2;

const setNow = (seconds: number) => void vi.spyOn(Date, "now").mockReturnValue(seconds * 1000);

/** The shards that the contract's keys are judged by, and those that a nonce may name. */
const asked = [
  ...new Set([
    ...Array.from({ length: shards }, (_, shard) => shard),
    ...["key", "other key", "key 0"].map((jkt) => shardOf(jkt, unnamedShards)),
  ]),
];

async function evict(): Promise<void> {
  for (const number of asked) {
    const shard = env.REPLAY.get(env.REPLAY.idFromName(`shard-${number}`));
    // Only an object that runs can be evicted.
    await runInDurableObject(shard, () => {});
    await evictDurableObject(shard);
  }
}

/** An object with a timer is not evicted: it crashes. */
async function crash(): Promise<void> {
  for (const number of asked) {
    const shard = env.REPLAY.get(env.REPLAY.idFromName(`shard-${number}`));
    const crashed = runInDurableObject(shard, (_, state) => state.abort("crashed"));
    await crashed.catch(() => {});
  }
}

/** An object that was aborted keeps its storage through `reset`. */
async function forget(): Promise<void> {
  for (const number of asked) {
    const shard = env.REPLAY.get(env.REPLAY.idFromName(`shard-${number}`));
    await runInDurableObject(shard, (_, { storage }) => storage.deleteAll());
  }
  await crash();
}

for (const window of [16, 130, 670]) {
  replayContract(`Durable Object, window ${window}`, async () => {
    await reset();
    const store = createDurableReplay({ namespace: env.REPLAY, shards, window });
    return { store, window, setNow, restart: evict };
  });

  replayContract(
    `Durable Object in generation mode, window ${window}`,
    async () => {
      await reset();
      const region = () => "none" as const;
      const store = createGenerationReplay({ namespace: env.REPLAY, shards, window, region });
      return { store: asClients(store), window, setNow, restart: crash, stop: forget };
    },
    { afterRestart: ["elsewhere", "stale"] },
  );
}

afterAll(() => vi.restoreAllMocks());
