import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { shardDisk } from "../../adapters/cloudflare/shard-disk.ts";
import type { ShardRecord } from "../../src/replay/shard-disk.ts";
import { stampLength } from "../../src/replay/stamp.ts";

const record = (fill: number, bound: number): ShardRecord => ({
  stamp: new Uint8Array(stampLength).fill(fill),
  bound,
});

test("a record is written only in place of the one that was expected", async () => {
  const shard = env.REPLAY.get(env.REPLAY.idFromName("disk"));
  await runInDurableObject(shard, async (_, { storage }) => {
    const disk = shardDisk(storage);
    expect(disk.read()).toBeUndefined();
    await expect(disk.replace(record(1, 1), record(2, 2))).rejects.toThrow("another instance");
    expect(disk.read()).toBeUndefined();
    await disk.replace(undefined, record(1, 1));
    expect(disk.read()).toEqual(record(1, 1));
    for (const expected of [undefined, record(2, 1), record(1, 2)]) {
      await expect(disk.replace(expected, record(3, 3))).rejects.toThrow("another instance");
      expect(disk.read()).toEqual(record(1, 1));
    }
    await disk.replace(record(1, 1), record(1, 2));
    expect(disk.read()).toEqual(record(1, 2));
  });
});
