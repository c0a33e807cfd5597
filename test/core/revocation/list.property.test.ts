import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isRevocationId, revocableKinds, revocationId } from "../../../src/revocation/entry.ts";
import type { RevocationAnswer } from "../../../src/runtime.ts";
import { begin, down, never, start, whole } from "./list-world.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const step = fc.record({
  move: fc.constantFrom(0, 0, 1, 300, 999, 2499, 4999, 5000, 5001, 9999, 10_000, 60_000),
  changes: fc.boolean(),
  store: fc.constantFrom("answers", "answers", "fails", "hangs", "is slow"),
  frozen: fc.boolean(),
  callers: fc.integer({ min: 1, max: 3 }),
});

test("whatever the store and the time do: a list that is used was in force within the bound", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.constantFrom("refuse" as const, "pass" as const),
      async (steps, onFailure) => {
        const world = begin(onFailure);
        /** Of each version: until when it was in force. */
        const ended: number[] = [];
        const version = () => `${ended.length}`;
        for (const { move, changes, store, frozen, callers } of steps) {
          if (frozen) world.clock.now += move;
          else await world.pass(move);
          if (changes) ended.push(world.clock.now);
          world.answer = {
            answers: async () => whole(version()),
            fails: down,
            hangs: never,
            "is slow": () => later(whole(version()), 1200),
          }[store];
          const asked = Array.from({ length: callers }, async () => {
            const list = await world.current();
            if (typeof list === "string") return;
            const until = ended[Number(list.version)] ?? Number.POSITIVE_INFINITY;
            expect(until).toBeGreaterThan(world.clock.now - 10_000);
          });
          let done = false;
          const all = Promise.all(asked).finally(() => {
            done = true;
          });
          const since = world.clock.now;
          while (!done) await world.pass(50);
          await all;
          // Nobody waits longer than for a lost answer and the one after.
          expect(world.clock.now - since).toBeLessThanOrEqual(5100);
        }
        expect(world.asked.length).toBeLessThanOrEqual(2 + (world.clock.now - start) / 1000);
      },
    ),
    { numRuns: 60 },
  );
});

function later(answer: RevocationAnswer, milliseconds: number): Promise<RevocationAnswer> {
  return new Promise((resolve) => setTimeout(() => resolve(answer), milliseconds));
}

test("each kind and value has an entry of its own, which tells nothing of it", async () => {
  const named = fc.tuple(fc.constantFrom(...revocableKinds), fc.string());
  await fc.assert(
    fc.asyncProperty(named, named, async (one, other) => {
      const [first, second] = await Promise.all([one, other].map((each) => revocationId(...each)));
      expect(isRevocationId(first)).toBe(true);
      const same = one[0] === other[0] && one[1] === other[1];
      expect(first === second).toBe(same);
    }),
  );
});

test("what is no id is none", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string().map((text) => `jkt.sha256.${text}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(!/^jkt\.sha256\.[\w-]{43}$/.test(text));
      expect(isRevocationId(text)).toBe(false);
    }),
  );
});
