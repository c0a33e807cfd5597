import { type ShardDisk, type ShardRecord, sameRecord } from "../../src/replay/shard-disk.ts";

const recordKey = "generation";

/** The one row of a shard's generation mode. Unconfirmed writes: the traffic does not wait for them. */
export function shardDisk(storage: DurableObjectStorage): ShardDisk {
  const read = (): ShardRecord | undefined => storage.kv.get<ShardRecord>(recordKey);
  return {
    read,
    async replace(expected, next) {
      if (!sameRecord(read(), expected))
        throw new Error("another instance has written to this shard");
      const put = storage.put(recordKey, next, { allowUnconfirmed: true });
      await Promise.all([put, storage.sync()]);
    },
  };
}
