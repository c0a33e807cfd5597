import { Instance, type StampedClaim } from "../../../src/replay/instance.ts";
import {
  decodeAnswer,
  decodeClaims,
  encodeAnswer,
  encodeClaims,
  type Told,
} from "../../../src/replay/message.ts";
import { nameOf, type Place } from "../../../src/replay/place.ts";
import { type ShardRecord, sameRecord } from "../../../src/replay/shard-disk.ts";
import type { ShardedReplayOptions } from "../../../src/replay/store.ts";

/** Shards in this process, each with a disk that survives what its memory does not. */
export interface ShardHost {
  readonly ask: ShardedReplayOptions["ask"];
  /** Takes every shard's memory, without warning. */
  crash(): void;
  /** What an idle shard does, before it is evicted. */
  giveBack(): Promise<void>;
  /** Both. */
  evict(): Promise<void>;
  /** Rows written so far. */
  readonly writes: () => number;
  /** The messages that were sent: the shard's name and how many claims. */
  readonly messages: { readonly shard: string; readonly claims: number }[];
  readonly disks: Map<string, ShardRecord>;
}

export function createShardHost({
  now,
  window,
  limit = 1_000_000,
}: {
  readonly now: () => number;
  readonly window: number;
  readonly limit?: number;
}): ShardHost {
  const disks = new Map<string, ShardRecord>();
  const living = new Map<string, Promise<Instance>>();
  let writes = 0;
  const messages: { shard: string; claims: number }[] = [];

  function begin(name: string, claiming: boolean): Promise<Instance> {
    const disk = {
      read: () => disks.get(name),
      async replace(expected: ShardRecord | undefined, next: ShardRecord) {
        if (!sameRecord(disks.get(name), expected)) throw new Error("superseded");
        disks.set(name, structuredClone(next));
        writes += 1;
      },
    };
    const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
    const ended = () => void living.delete(name);
    const instance = Instance.begin({ disk, now, random, limit, ended }, claiming);
    living.set(name, instance);
    return instance;
  }

  async function judge(instance: Instance, claims: readonly StampedClaim[]): Promise<Told[]> {
    const judgements: Told[] = [];
    for (const claim of claims) {
      let judgement = instance.judge(claim, window);
      while (judgement === "above") {
        await instance.cover(claim.iat);
        judgement = instance.judge(claim, window);
      }
      judgements.push(judgement);
    }
    return judgements;
  }

  async function giveBack(): Promise<void> {
    for (const instance of living.values()) await (await instance).giveBack();
  }

  return {
    disks,
    messages,
    async ask(place: Place, claims) {
      const name = nameOf(place);
      messages.push({ shard: name, claims: claims.length });
      const instance = await (living.get(name) ?? begin(name, claims.length > 0));
      const judgements = await judge(instance, decodeClaims(encodeClaims(claims)));
      instance.keepAhead();
      const answer = instance.ended ? { judgements } : { judgements, stamp: instance.stamp };
      return decodeAnswer(encodeAnswer(answer), claims.length);
    },
    crash: () => living.clear(),
    giveBack,
    async evict() {
      await giveBack();
      living.clear();
    },
    writes: () => writes,
  };
}
