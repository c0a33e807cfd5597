import { beforeEach, expect, test } from "vitest";
import { Instance, type InstanceOptions } from "../../../src/replay/instance.ts";
import { type ShardRecord, sameRecord } from "../../../src/replay/shard-disk.ts";

const start = 2_000_000_000;
const window = 130;
const none = new Uint8Array(0);

let clock = start;
let disk: ShardRecord | undefined;
let writes = 0;
let fails = false;
let ends = 0;

beforeEach(() => {
  clock = start;
  disk = undefined;
  writes = 0;
  fails = false;
  ends = 0;
});

const begin = (claiming = false, options: Partial<InstanceOptions> = {}) =>
  Instance.begin(
    {
      disk: {
        read: () => disk,
        replace: async (expected, next) => {
          if (fails || !sameRecord(disk, expected)) throw new Error("no");
          disk = next;
          writes += 1;
        },
      },
      now: () => clock * 1000,
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      ended: () => {
        ends += 1;
      },
      ...options,
    },
    claiming,
  );

let made = 0;
function claim(iat: number, stamp: Uint8Array = none) {
  const digest = new Uint8Array(32);
  made += 1;
  new DataView(digest.buffer).setUint32(0, made);
  return { digest, iat, stamp };
}

test("a new shard takes what it would raise its bound to as found, and challenges what lies below", async () => {
  const first = await begin();
  expect(first.judge(claim(start), window)).toBe("elsewhere");
  expect(first.judge(claim(start + 11), window)).toBe("elsewhere");
  expect(first.judge(claim(start, first.stamp), window)).toBe("fresh");
  expect(first.judge(claim(start + 12), window)).toBe("above");
  await first.cover(start + 12);
  expect(first.judge(claim(start + 12), window)).toBe("fresh");
});

test("a claim is remembered, not one that was challenged", async () => {
  const first = await begin();
  const one = claim(start);
  expect(first.judge(one, window)).toBe("elsewhere");
  expect(first.judge({ ...one, stamp: first.stamp }, window)).toBe("fresh");
  expect(first.judge({ ...one, stamp: first.stamp }, window)).toBe("replayed");
  expect(first.judge(one, window)).toBe("replayed");
});

test("who claims at once pays one write, and the bound is in it", async () => {
  const first = await begin(true);
  expect(writes).toBe(1);
  expect(disk?.bound).toBeGreaterThan(start + 10);
  expect(first.judge(claim(start, first.stamp), window)).toBe("fresh");
  expect(writes).toBe(1);
});

test("an idle shard that was evicted challenges nobody", async () => {
  const first = await begin(true);
  clock = start + 20;
  await first.cover(clock);
  expect(first.judge(claim(clock, first.stamp), window)).toBe("fresh");
  await first.giveBack();
  expect(disk?.bound).toBe(clock);
  clock += 12;
  const second = await begin(true);
  expect(second.judge(claim(clock, first.stamp), window)).toBe("fresh");
  expect(second.judge(claim(clock), window)).toBe("fresh");
});

test("a shard that crashed challenges what it may have accepted, once", async () => {
  const first = await begin(true);
  const accepted = claim(start + 1, first.stamp);
  expect(first.judge(accepted, window)).toBe("fresh");
  const second = await begin(true);
  expect(second.judge(accepted, window)).toBe("elsewhere");
  expect(second.judge(claim(start + 1, first.stamp), window)).toBe("elsewhere");
  expect(second.judge(claim(start + 1, second.stamp), window)).toBe("fresh");
});

test("a busy shard raises its bound every few seconds, beside the traffic", async () => {
  const first = await begin(true);
  let waited = 0;
  for (let second = 0; second < 60; second += 1, clock += 1)
    for (let call = 0; call < 20; call += 1) {
      if (first.judge(claim(clock + 3, first.stamp), window) === "above") waited += 1;
      first.keepAhead();
      await Promise.resolve();
    }
  expect(waited).toBe(0);
  expect(writes).toBeGreaterThan(5);
  expect(writes).toBeLessThan(16);
});

test("nothing is written while nothing is claimed, and nothing is given back twice", async () => {
  const first = await begin();
  expect(writes).toBe(1);
  await first.giveBack();
  expect(writes).toBe(1);
  clock += 5;
  await first.cover(start + 12);
  expect(first.judge(claim(start + 12), window)).toBe("fresh");
  await first.giveBack();
  await first.giveBack();
  expect(writes).toBe(3);
});

test("what has been given back is raised again before it is used", async () => {
  const first = await begin(true);
  await first.giveBack();
  expect(first.judge(claim(start + 12, first.stamp), window)).toBe("above");
  await first.cover(start + 12);
  expect(disk?.bound).toBeGreaterThanOrEqual(start + 12);
  expect(first.judge(claim(start + 12, first.stamp), window)).toBe("fresh");
});

test("a nonce of another identity is challenged: a disk that was lost, another deployment", async () => {
  const former = await begin();
  disk = undefined;
  const now = await begin(true);
  expect(now.judge(claim(start + 12, former.stamp), window)).toBe("elsewhere");
  expect(now.ended).toBe(false);
});

test("a nonce of a later generation ends an instance, which writes no more", async () => {
  const first = await begin(true);
  const second = await begin(true);
  const before = disk;
  expect(first.judge(claim(start + 12, second.stamp), window)).toBe("elsewhere");
  expect(first.ended).toBe(true);
  expect(first.judge(claim(start + 12, first.stamp), window)).toBe("elsewhere");
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(disk).toEqual(before);
  expect(ends).toBe(1);
  expect(second.judge(claim(start + 11, second.stamp), window)).toBe("fresh");
});

test.each(["above", "beside"])(
  "a disk that was set back: the successor starts above what was seen (%s)",
  async (where) => {
    const first = await begin(true);
    const old = disk;
    let lost = await begin(true);
    if (where === "above") lost = await begin(true);
    disk = old;
    const back = await begin(true);
    expect(back.judge(claim(start + 12, lost.stamp), window)).toBe("elsewhere");
    expect(back.ended).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 0));
    clock += 30;
    const next = await begin(true);
    expect(next.judge(claim(clock, lost.stamp), window)).toBe("fresh");
    expect(next.judge(claim(start + 10, lost.stamp), window)).toBe("elsewhere");
    expect(next.judge(claim(clock, first.stamp), window)).toBe("fresh");
  },
);

test("a disk that fails ends the instance: it neither judges nor hands out nonces", async () => {
  const first = await begin(true);
  fails = true;
  await expect(first.cover(start + 40)).rejects.toThrow();
  expect(first.ended).toBe(true);
  expect(ends).toBe(1);
  expect(first.judge(claim(start, first.stamp), window)).toBe("elsewhere");
  await expect(begin()).rejects.toThrow();
});

test("a full instance accepts nothing, forgets nothing early, and goes on once it may forget", async () => {
  const first = await begin(true, { limit: 2 });
  const one = claim(start, first.stamp);
  expect(first.judge(one, window)).toBe("fresh");
  expect(first.judge(claim(start, first.stamp), window)).toBe("fresh");
  expect(first.judge(claim(start, first.stamp), window)).toBe("full");
  expect(first.judge(one, window)).toBe("replayed");
  clock += 2 * window;
  await first.cover(clock);
  expect(first.judge(claim(clock, first.stamp), window)).toBe("fresh");
});

test("who claims on disk finds what memory has, and what it may have had", async () => {
  const first = await begin(true);
  const one = claim(start + 1, first.stamp);
  expect(first.judge(one, window)).toBe("fresh");
  expect(first.judgeForDisk(one, window)).toBe("replayed");
  const second = await begin();
  expect(second.judgeForDisk({ ...one, stamp: none }, window)).toBe("elsewhere");
  expect(second.judgeForDisk(claim(start + 60), window)).toBe("fresh");
});

test("an iat more than a window ahead of the clock is not judged: it would buy its sender a bound, for good", async () => {
  const instance = await begin();
  const judge = (iat: number) => instance.judge(claim(iat, instance.stamp), window);
  expect(judge(start + window)).toBe("above");
  expect(judge(start + window + 1)).toBe("stale");
  expect(judge(Number.MAX_SAFE_INTEGER)).toBe("stale");
  await instance.cover(start + window);
  const [bound, written] = [disk?.bound, writes];
  expect(judge(start + window)).toBe("fresh");
  expect(judge(start + window + 1)).toBe("stale");
  expect([disk?.bound, writes]).toEqual([bound, written]);
  clock += 1;
  expect(judge(start + window + 1)).toBe("above");
});
