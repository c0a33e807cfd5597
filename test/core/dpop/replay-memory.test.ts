import { expect, test } from "vitest";
import { replayDigest } from "../../../src/dpop/replay-key.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import { replayContract } from "./replay-contract.ts";

for (const window of [16, 17, 130, 670]) {
  const makeHarness = () => {
    let now = 0;
    const setNow = (seconds: number) => {
      now = seconds;
    };
    return { store: createMemoryReplay({ now: () => now * 1000, window }), setNow, window };
  };
  replayContract(`memory, window ${window}`, makeHarness, { restarts: false });
}

const claimOf = async (jti: string, iat: number) => ({
  digest: await replayDigest("key", jti),
  iat,
  jkt: "key",
  route: new Uint8Array(0),
});

test("a jti is used up whatever the iat", async () => {
  const store = createMemoryReplay({ now: () => 1_000_000, window: 130 });
  expect(await store.claim(await claimOf("a", 1000))).toBe("fresh");
  expect(await store.claim(await claimOf("a", 940))).toBe("replayed");
});

test("a full store refuses by throwing, remembers, and goes on once it may forget", async () => {
  let now = 1000;
  const store = createMemoryReplay({ now: () => now * 1000, window: 130, limit: 2 });
  expect(await store.claim(await claimOf("a", 1000))).toBe("fresh");
  expect(await store.claim(await claimOf("b", 1000))).toBe("fresh");
  await expect(store.claim(await claimOf("c", 1000))).rejects.toThrow("limit of 2");
  expect(await store.claim(await claimOf("a", 1000))).toBe("replayed");
  now += 200;
  expect(await store.claim(await claimOf("c", now))).toBe("fresh");
  expect(await store.claim(await claimOf("a", 1000))).toBe("stale");
});

test("an iat that is no number is stale", async () => {
  const store = createMemoryReplay({ now: () => 1_000_000, window: 130 });
  expect(await store.claim(await claimOf("a", Number.NaN))).toBe("stale");
});
