import { decodeAnswer, encodeClaims } from "../../src/replay/message.ts";
import type { Region } from "../../src/replay/place.ts";
import { createShardedReplay } from "../../src/replay/store.ts";
import type { ReplayStore } from "../../src/runtime.ts";
import { type ShardNamespace, shardsOf } from "./shard-at.ts";

export interface GenerationReplayOptions {
  readonly namespace: ShardNamespace;
  /** Among how many objects, of each region, isolates are spread. */
  readonly shards: number;
  /** This isolate's; absent: any of them, at random. */
  readonly home?: number;
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
  const { namespace, shards, window } = options;
  const stubOf = shardsOf(namespace);
  return createShardedReplay({
    ...options,
    mode: "generation",
    // It need not be secret: who could foretell it gains nothing.
    home: options.home ?? Math.floor(Math.random() * shards),
    now: () => Date.now(),
    async ask(place, claims) {
      const shard = stubOf(place);
      const answer =
        claims.length === 0
          ? await shard.hello("generation")
          : await shard.judge(encodeClaims(claims), window);
      return decodeAnswer(answer, claims.length);
    },
  });
}
