import { vi } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { revocationId } from "../../../src/revocation/entry.ts";
import { createRevocationLists } from "../../../src/revocation/list.ts";
import type { RevocationAnswer, RevocationStore } from "../../../src/runtime.ts";

export const start = 1_800_000_000_000;
export const id = await revocationId("jkt", "a");
export const whole = (version = "1"): RevocationAnswer => ({
  version,
  entries: [{ id, until: start / 1000 + 60 }],
});

/** A list over a store that answers as it is told, and a clock that is turned by hand. */
export function begin(onFailure: "refuse" | "pass" = "refuse") {
  const clock = { now: start };
  const asked: (string | undefined)[] = [];
  const outlived: Promise<unknown>[] = [];
  const store: RevocationStore = {
    read: (known) => {
      asked.push(known);
      return world.answer();
    },
  };
  const world = {
    clock,
    asked,
    outlived,
    answer: (): Promise<RevocationAnswer> => Promise.resolve(whole()),
    lists: createRevocationLists({ staleness: 10, onFailure }, store, {
      now: () => clock.now,
      outlive: (work) => void outlived.push(work),
    }),
    /** The list, or the code and what was found. */
    current: async () => {
      try {
        return await world.lists.current();
      } catch (refused) {
        if (!(refused instanceof Refused)) throw refused;
        return `${refused.code}: ${refused.detail.found}`;
      }
    },
    pass: async (milliseconds: number) => {
      clock.now += milliseconds;
      await vi.advanceTimersByTimeAsync(milliseconds);
    },
  };
  return world;
}

export const down = () => Promise.reject(new Error("down"));
export const never = () => new Promise<never>(() => {});
