import {
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDurableReplay } from "../../adapters/cloudflare/replay-durable.ts";
import type { ReplayShard } from "../../adapters/cloudflare/replay-shard.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      readonly REPLAY: DurableObjectNamespace<ReplayShard>;
    }
  }
}

const window = 130;
const start = 1_800_000_000;
const day = 86_400;

beforeEach(() => at(start));
afterEach(async () => {
  vi.restoreAllMocks();
  await reset();
});

function at(seconds: number): void {
  vi.spyOn(Date, "now").mockReturnValue(seconds * 1000);
}

const shard = () => env.REPLAY.get(env.REPLAY.idFromName("shard-0"));

function digest(number: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

interface Disk {
  readonly tables: readonly string[];
  readonly floor: number | undefined;
  readonly alarm: number | null;
}

function disk(): Promise<Disk> {
  return runInDurableObject(shard(), async (_, { storage }) => ({
    tables: storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name GLOB 'claims_*'")
      .toArray()
      .map((row) => row.name),
    floor: storage.kv.get<number>("floor"),
    alarm: await storage.getAlarm(),
  }));
}

/** Rows that the object wrote while `act` ran, as its own cursors count them. */
function rowsWritten(act: (instance: ReplayShard) => void): Promise<number> {
  return runInDurableObject(shard(), (instance: ReplayShard, { storage }) => {
    const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
    const exec = storage.sql.exec.bind(storage.sql);
    const spy = vi.spyOn(storage.sql, "exec").mockImplementation((query, ...bindings) => {
      const cursor = exec(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    });
    act(instance);
    spy.mockRestore();
    return cursors.reduce((sum, cursor) => sum + cursor.rowsWritten, 0);
  });
}

test("a claim is fresh once", async () => {
  expect(await shard().claim(digest(1), start, window)).toBe("fresh");
  expect(await shard().claim(digest(1), start, window)).toBe("replayed");
  expect(await shard().claim(digest(2), start, window)).toBe("fresh");
});

test("a claim writes one row, a replay none", async () => {
  await shard().claim(digest(1), start, window);
  expect(await rowsWritten((instance) => instance.claim(digest(2), start, window))).toBe(1);
  expect(await rowsWritten((instance) => instance.claim(digest(2), start, window))).toBe(0);
});

test("of 200 copies sent at once through the store one is fresh", async () => {
  const store = createDurableReplay({ namespace: env.REPLAY, shards: 16, window });
  const copy = { digest: digest(7), iat: start, jkt: "a thumbprint", route: new Uint8Array() };
  const verdicts = await Promise.all(Array.from({ length: 200 }, () => store.claim(copy)));
  expect(verdicts.filter((verdict) => verdict === "fresh")).toHaveLength(1);
  expect(verdicts.filter((verdict) => verdict === "replayed")).toHaveLength(199);
});

test("a jti is used up whatever the iat, in another table too", async () => {
  await shard().claim(digest(1), start, window);
  for (const iat of [start + 100, start + 60, start + 1, start - 1, start - 100])
    expect(await shard().claim(digest(1), iat, window)).toBe("replayed");
  expect((await disk()).tables).toHaveLength(1);
});

test("claims survive eviction", async () => {
  await shard().claim(digest(1), start, window);
  await evictDurableObject(shard());
  expect(await shard().claim(digest(1), start, window)).toBe("replayed");
});

test("the floor is on disk with what it forgot, and a clock that falls back reopens nothing", async () => {
  await shard().claim(digest(1), start, window);
  at(start + 300);
  await shard().claim(digest(2), start + 300, window);
  const { tables, floor } = await disk();
  expect(tables).toHaveLength(1);
  expect(floor).toBe(start + 300 - window);

  await evictDurableObject(shard());
  at(start);
  expect(await shard().claim(digest(1), start, window)).toBe("stale");
  expect(await shard().claim(digest(3), start + 300 - window, window)).toBe("stale");
  expect(await shard().claim(digest(3), start + 301 - window, window)).toBe("fresh");
});

test("each second's claims are remembered until the floor has reached them, never fresh again", async () => {
  await runInDurableObject(shard(), (instance: ReplayShard) => {
    for (let now = start; now < start + 3 * window; now += 1) {
      at(now);
      expect(instance.claim(digest(now - start), now, window)).toBe("fresh");
      for (let iat = start; iat <= now; iat += 1) {
        const expected = iat > now - window ? "replayed" : "stale";
        expect(instance.claim(digest(iat - start), iat, window)).toBe(expected);
      }
    }
  });
});

test("a window that was raised reopens nothing", async () => {
  await shard().claim(digest(1), start, window);
  at(start + 300);
  await shard().claim(digest(2), start + 300, window);
  expect(await shard().claim(digest(1), start, 10 * window)).toBe("stale");
});

test("iat far ahead is refused and makes no table", async () => {
  expect(await shard().claim(digest(1), start + window, window)).toBe("fresh");
  expect(await shard().claim(digest(2), start + window + 1, window)).toBe("stale");
  expect(await shard().claim(digest(3), Number.MAX_SAFE_INTEGER, window)).toBe("stale");
  expect((await disk()).tables).toHaveLength(1);
});

test("however iat is spread, tables stay within the window on both sides", async () => {
  for (let iat = start - 1000; iat < start + 1000; iat += 7)
    await shard().claim(digest(iat - start + 1000), iat, window);
  expect((await disk()).tables.length).toBeLessThanOrEqual(2 + (2 * window) / 60);
});

test("the alarm forgets what no traffic forgets, and keeps the floor", async () => {
  await shard().claim(digest(1), start, window);
  const { alarm } = await disk();
  expect(alarm).toBeGreaterThan((start + window) * 1000);
  expect(alarm).toBeLessThanOrEqual((start + day + 61) * 1000);

  at(Number(alarm) / 1000);
  expect(await runDurableObjectAlarm(shard())).toBe(true);
  const after = await disk();
  expect(after.tables).toEqual([]);
  expect(after.alarm).toBeNull();
  expect(after.floor).toBeGreaterThanOrEqual(start);
  await evictDurableObject(shard());
  at(start);
  expect(await shard().claim(digest(1), start, window)).toBe("stale");
});

test("an alarm that rings early forgets nothing and rings again", async () => {
  await shard().claim(digest(1), start, window);
  const before = await disk();
  at(start + 3600);
  expect(await runDurableObjectAlarm(shard())).toBe(true);
  expect(await disk()).toEqual(before);
});

test("the alarm is set once a bucket", async () => {
  const calls = await runInDurableObject(shard(), (instance: ReplayShard, { storage }) => {
    const set = vi.spyOn(storage, "setAlarm");
    for (let number = 0; number < 50; number += 1) instance.claim(digest(number), start, window);
    instance.claim(digest(51), start + 60, window);
    return set.mock.calls.length;
  });
  expect(calls).toBe(2);
});

const valid = [digest(1), start, window] as const;
const rows: ReadonlyArray<readonly [string, readonly unknown[]]> = [
  ["a short digest", [new Uint8Array(31), start, window]],
  ["a long digest", [new Uint8Array(33), start, window]],
  ["a digest that is text", ["x".repeat(32), start, window]],
  ["iat with a fraction", [digest(1), start + 0.5, window]],
  ["iat that is no number", [digest(1), "1 OR 1=1", window]],
  ["iat below zero", [digest(1), -1, window]],
  ["iat that is NaN", [digest(1), Number.NaN, window]],
  ["a window below zero", [digest(1), start, -1_000_000]],
  ["no window", [digest(1), start, 0]],
  ["a window without end", [digest(1), start, Number.POSITIVE_INFINITY]],
  ["a window beyond a day", [digest(1), start, day + 1]],
];

test.each(rows)("refuses %s and goes on unharmed", async (_, input) => {
  await runInDurableObject(shard(), (instance: ReplayShard) => {
    expect(() => Reflect.apply(instance.claim, instance, input)).toThrow(TypeError);
    expect(instance.claim(...valid)).toBe("fresh");
  });
});
