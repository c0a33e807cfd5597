import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { replayDigest } from "../../../src/dpop/replay-key.ts";
import type { Claim, ReplayStore, Verdict } from "../../../src/runtime.ts";

/** A fresh, empty store whose clock the contract turns. */
export interface ReplayHarness {
  readonly store: ReplayStore;
  /** Turns the store's clock, back as well; seconds since the epoch. */
  readonly setNow: (seconds: number) => void | Promise<void>;
  /** How far back the store remembers, in seconds: 16 or more. */
  readonly window: number;
  /** Loses what the store holds in memory, as an eviction or a crash does. */
  readonly restart?: () => Promise<void>;
  readonly stop?: () => void | Promise<void>;
}

export interface ReplayContractOptions {
  readonly restarts?: boolean;
  /** What is said of a proof that was accepted before a restart: one of these. */
  readonly afterRestart?: readonly Verdict[];
}

/** Far ahead of every real clock, so that a store cannot have a floor of its own above it. */
const start = 2_000_000_000;

/**
 * What every replay store keeps (src/runtime.ts): a claim is fresh once and never again, whatever
 * the clock does. `makeHarness` is called once a test, and once a run of a property. `restarts` is
 * false for a store that has nothing but its memory, or whose memory nobody can take away.
 */
export function replayContract(
  name: string,
  makeHarness: () => ReplayHarness | Promise<ReplayHarness>,
  { restarts = true, afterRestart = ["replayed"] }: ReplayContractOptions = {},
): void {
  const harnesses: ReplayHarness[] = [];
  afterEach(async () => {
    for (const harness of harnesses.splice(0)) await harness.stop?.();
  });

  async function begin() {
    const harness = await makeHarness();
    harnesses.push(harness);
    await harness.setNow(start);
    const claimOf = async (jti: string, iat: number, jkt = "key"): Promise<Claim> => {
      const digest = await replayDigest(jkt, jti);
      return { digest, iat, jkt, route: new Uint8Array(0) };
    };
    const claim = async (jti: string, iat: number, jkt?: string): Promise<Verdict> =>
      harness.store.claim(await claimOf(jti, iat, jkt));
    const restart = async (): Promise<void> => {
      if (harness.restart === undefined) throw new Error("This harness cannot restart its store.");
      await harness.restart();
    };
    return { ...harness, claim, claimOf, restart };
  }

  describe(`the replay contract: ${name}`, () => {
    test("a claim is fresh once, then replayed", async () => {
      const { claim } = await begin();
      expect(await claim("a", start)).toBe("fresh");
      expect(await claim("a", start)).toBe("replayed");
      expect(await claim("a", start)).toBe("replayed");
    });

    test("another jti of the same key, and the same jti of another key, are fresh", async () => {
      const { claim } = await begin();
      expect(await claim("a", start, "key")).toBe("fresh");
      expect(await claim("b", start, "key")).toBe("fresh");
      expect(await claim("a", start, "other key")).toBe("fresh");
      expect(await claim("a", start, "other key")).toBe("replayed");
    });

    // The claims are made first: all are asked in one turn, with nothing to line them up.
    test("of 200 copies at once exactly one is fresh", async () => {
      const { store, claimOf } = await begin();
      const claim = await claimOf("a", start);
      const verdicts = await Promise.all(Array.from({ length: 200 }, () => store.claim(claim)));
      expect(verdicts.filter((verdict) => verdict === "fresh")).toHaveLength(1);
      expect(verdicts.filter((verdict) => verdict === "replayed")).toHaveLength(199);
    });

    test("of 50 copies of each of 8 claims at once exactly one of each is fresh", async () => {
      const { store, claimOf } = await begin();
      const jtis = ["0", "1", "2", "3", "4", "5", "6", "7"];
      const claims = await Promise.all(jtis.map((jti, i) => claimOf(jti, start - i)));
      const copies = Array.from({ length: 50 }, () => claims).flat();
      const verdicts = await Promise.all(copies.map((claim) => store.claim(claim)));
      const fresh = copies.filter((_, i) => verdicts[i] === "fresh").map(({ iat }) => iat);
      expect(fresh.toSorted()).toEqual(claims.map(({ iat }) => iat).toSorted());
    });

    test("a claim is remembered to the last second above the floor", async () => {
      const { claim, setNow, window } = await begin();
      expect(await claim("a", start)).toBe("fresh");
      await setNow(start + window - 1);
      expect(await claim("a", start)).toBe("replayed");
      expect(await claim("late", start)).toBe("fresh");
      expect(await claim("late", start)).toBe("replayed");
      await setNow(start + window);
      expect(await claim("a", start)).toBe("stale");
    });

    test("nothing at or below the floor is accepted", async () => {
      const { claim, window } = await begin();
      expect(await claim("at", start - window)).toBe("stale");
      expect(await claim("below", start - window - 1)).toBe("stale");
      expect(await claim("far below", 0)).toBe("stale");
      expect(await claim("above", start - window + 1)).toBe("fresh");
    });

    test("an iat ahead of the store's clock is fresh once", async () => {
      const { claim, setNow } = await begin();
      expect(await claim("a", start + 10)).toBe("fresh");
      expect(await claim("a", start + 10)).toBe("replayed");
      await setNow(start + 10);
      expect(await claim("a", start + 10)).toBe("replayed");
    });

    test("a clock that falls back reopens nothing", async () => {
      const { claim, setNow, window } = await begin();
      expect(await claim("a", start)).toBe("fresh");
      await setNow(start + 3 * window);
      expect(await claim("b", start + 3 * window)).toBe("fresh");
      await setNow(start);
      expect(await claim("a", start)).toBe("stale");
      expect(await claim("never seen", start + 2 * window)).toBe("stale");
      expect(await claim("b", start + 3 * window)).toBe("replayed");
      expect(await claim("c", start + 2 * window + 1)).toBe("fresh");
    });

    test("keys in every bucket are each fresh once, and forgotten only below the floor", async () => {
      const { claim, setNow, window } = await begin();
      const iats = Array.from({ length: window + 5 }, (_, i) => start - window + 1 + i);
      for (const iat of iats) expect(await claim(`${iat}`, iat)).toBe("fresh");
      const half = Math.floor(window / 2);
      await setNow(start + half);
      for (const iat of iats) {
        expect(await claim(`${iat}`, iat)).toBe(iat > start + half - window ? "replayed" : "stale");
      }
    });

    test("agrees with a naive model whatever the clock does", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { claim, setNow, window } = await begin();
          const seen = new Set<string>();
          let now = start;
          let floor = Number.NEGATIVE_INFINITY;
          for (const { move, ahead, jti, jkt } of steps) {
            now += Math.floor(move * window);
            await setNow(now);
            floor = Math.max(floor, now - window);
            // A jti belongs to one proof, so to one iat.
            const iat = now + ahead;
            const id = `${jkt} ${jti} ${iat}`;
            const expected = iat <= floor ? "stale" : seen.has(id) ? "replayed" : "fresh";
            expect(await claim(`${jti} ${iat}`, iat, jkt)).toBe(expected);
            if (expected === "fresh") seen.add(id);
          }
        }),
        { numRuns: 25 },
      );
    });
  });

  if (!restarts) return;
  describe(`the replay contract across restarts: ${name}`, () => {
    test("a claim survives an eviction", async () => {
      const { claim, restart } = await begin();
      expect(await claim("a", start)).toBe("fresh");
      await restart();
      expect(afterRestart).toContain(await claim("a", start));
      expect(await claim("b", start)).toBe("fresh");
      await restart();
      expect(afterRestart).toContain(await claim("b", start));
    });

    test("what was forgotten stays refused after an eviction and a clock that falls back", async () => {
      const { claim, setNow, window, restart } = await begin();
      expect(await claim("a", start)).toBe("fresh");
      await setNow(start + 3 * window);
      expect(await claim("b", start + 3 * window)).toBe("fresh");
      await restart();
      await setNow(start);
      expect(await claim("a", start)).not.toBe("fresh");
      expect(afterRestart).toContain(await claim("b", start + 3 * window));
    });

    test("nothing is fresh twice, whenever it restarts and whatever the clock does", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const { claim, setNow, window, restart } = await begin();
          const seen = new Set<string>();
          let now = start;
          let highest = start;
          for (const { move, ahead, jti, jkt, evict } of steps) {
            now += Math.floor(move * window);
            highest = Math.max(highest, now);
            await setNow(now);
            if (evict) await restart();
            const iat = now + ahead;
            const id = `${jkt} ${jti} ${iat}`;
            const verdict = await claim(`${jti} ${iat}`, iat, jkt);
            if (seen.has(id)) expect(verdict).not.toBe("fresh");
            // No clock was ever so far ahead that this could have been forgotten.
            else if (iat > highest - window) expect(verdict).toBe("fresh");
            if (verdict === "fresh") seen.add(id);
          }
        }),
        { numRuns: 15 },
      );
    });
  });
}

/** Few names and small moves, so that they meet again; moves are in windows, half of them none. */
const step = fc.record({
  move: fc.oneof(
    fc.constant(0),
    fc.constantFrom(0, 0.01, -0.01, 0.25, -0.25, 0.5, -0.5, 1, -1, 1.5),
  ),
  ahead: fc.constantFrom(-10, -3, -1, 0, 1, 5),
  jti: fc.constantFrom("a", "b"),
  // Two keys of one shard: each shard has a floor of its own.
  jkt: fc.constantFrom("key", "key 0"),
  evict: fc.boolean(),
});
