import { type Stamp, sameStamp } from "./stamp.ts";

/** All that a shard keeps on disk for its instances: one row. */
export interface ShardRecord {
  /** Of the instance that wrote last. */
  readonly stamp: Stamp;
  /** Seconds since the epoch: nothing with a later iat was ever accepted. */
  readonly bound: number;
}

export interface ShardDisk {
  /** undefined: the shard is new. */
  read(): ShardRecord | undefined;
  /**
   * Puts `next` in place of `expected` (undefined: of nothing) and resolves once it is durable.
   * Rejects when the record is another one, since another instance has written, or the disk fails.
   */
  replace(expected: ShardRecord | undefined, next: ShardRecord): Promise<void>;
}

export function sameRecord(a: ShardRecord | undefined, b: ShardRecord | undefined): boolean {
  return sameStamp(a?.stamp, b?.stamp) && a?.bound === b?.bound;
}
