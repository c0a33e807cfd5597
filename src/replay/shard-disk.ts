import type { Stamp } from "./stamp.ts";

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
   * Puts `next` in place of the record that carries the stamp `expected` (undefined: of none) and
   * resolves once it is durable. Rejects when another instance has written since, or the disk fails.
   */
  replace(expected: Stamp | undefined, next: ShardRecord): Promise<void>;
}
