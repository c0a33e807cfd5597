import type { Claim, ReplayStore, Verdict } from "../../src/runtime.ts";
import type { ReplayShard } from "./replay-shard.ts";

export interface DurableReplayOptions {
  readonly namespace: DurableObjectNamespace<ReplayShard>;
  /** How many objects share the keys. */
  readonly shards: number;
  /** Seconds; how far back a shard remembers. */
  readonly window: number;
  /** Milliseconds until a shard that does not answer counts as failed. */
  readonly deadline?: number;
}

/**
 * The replay store over a namespace of `ReplayShard`. Which shard judges is a function of the
 * proof's key alone. Throws when the shard fails or does not answer within the deadline; a claim
 * is never sent twice, since the first may have been remembered.
 */
export function createDurableReplay(options: DurableReplayOptions): ReplayStore {
  const { namespace, shards, window, deadline = 5000 } = options;
  return {
    async claim({ digest, iat, jkt }: Claim): Promise<Verdict> {
      const shard = namespace.get(namespace.idFromName(`shard-${shardOf(jkt, shards)}`));
      return within(deadline, shard.claim(digest, iat, window));
    },
  };
}

/** FNV-1a: spreads evenly and costs nothing; a thumbprint is a hash already, nobody gains by choosing. */
function shardOf(jkt: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < jkt.length; index += 1)
    hash = Math.imul(hash ^ jkt.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % shards;
}

async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: number | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the replay shard did not answer within ${milliseconds} ms`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
