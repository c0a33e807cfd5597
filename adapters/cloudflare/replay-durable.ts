import { decodeAnswer, encodeClaims } from "../../src/replay/message.ts";
import { createShardedReplay } from "../../src/replay/store.ts";
import type { ReplayStore } from "../../src/runtime.ts";
import { type ShardNamespace, shardsOf } from "./shard-at.ts";

export interface DurableReplayOptions {
  readonly namespace: ShardNamespace;
  /** Among how many objects the nonces that are minted are spread. */
  readonly shards: number;
  /** Seconds; how far back a shard remembers. */
  readonly window: number;
  /** Milliseconds until a shard that does not answer counts as failed. */
  readonly deadline?: number;
}

/**
 * The replay store over a namespace of `ReplayShard`, each claim a row on its disk. Throws when the
 * shard fails or does not answer within the deadline; a claim is never sent twice, since the first
 * may have been remembered.
 */
export function createDurableReplay(options: DurableReplayOptions): ReplayStore {
  const { namespace, window } = options;
  const stubOf = shardsOf(namespace);
  return createShardedReplay({
    ...options,
    mode: "durable",
    home: 0,
    region: () => "none",
    now: () => Date.now(),
    async ask(place, claims) {
      const shard = stubOf(place);
      const { judgements } =
        claims.length === 0
          ? { judgements: [] }
          : decodeAnswer(await shard.record(encodeClaims(claims), window), claims.length);
      if (claims.length > 0 && !judgements.includes("elsewhere")) return { judgements };
      // A shard that has known generations: the challenge must name the living one.
      const { stamp } = decodeAnswer(await shard.hello("durable"), 0);
      return stamp === undefined ? { judgements } : { judgements, stamp };
    },
  });
}
