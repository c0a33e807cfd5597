import { decodeAnswer, encodeClaims } from "../../src/replay/message.ts";
import type { Region } from "../../src/replay/place.ts";
import { createShardedReplay } from "../../src/replay/store.ts";
import type { ReplayStore } from "../../src/runtime.ts";
import { type ShardNamespace, shardAt } from "./shard-at.ts";

export interface GenerationReplayOptions {
  readonly namespace: ShardNamespace;
  /** Among how many objects, of each region, the nonces that are minted are spread. */
  readonly shards: number;
  /** Where the isolate's clients are at this moment; none: regions are off. */
  readonly region: () => Region;
  /** Seconds; how far back a shard remembers. */
  readonly window: number;
  /** Milliseconds until a shard that does not answer counts as failed. */
  readonly deadline?: number;
}

/**
 * The replay store over a namespace of `ReplayShard` that keeps claims in memory. Throws when the
 * shard fails, is full or does not answer within the deadline; a claim is never sent twice.
 */
export function createGenerationReplay(options: GenerationReplayOptions): ReplayStore {
  const { namespace, window } = options;
  return createShardedReplay({
    ...options,
    mode: "generation",
    now: () => Date.now(),
    async ask(place, claims) {
      const shard = shardAt(namespace, place);
      const answer =
        claims.length === 0
          ? await shard.hello("generation")
          : await shard.judge(encodeClaims(claims), window);
      return decodeAnswer(answer, claims.length);
    },
  });
}
