import type { Revocation, RevocationStore } from "../runtime.ts";
import { keptBeyond, mostRevocations } from "./entry.ts";

export interface MemoryRevocationsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Entries held at once; 10,000 unless told. */
  readonly limit?: number;
}

/** A list of revocations of one process, for tests and embedding. A restart forgets everything. */
export function createMemoryRevocations({
  now,
  limit = mostRevocations,
}: MemoryRevocationsOptions): Required<RevocationStore> {
  let held = new Map<string, Revocation>();
  let version = 0;
  return {
    async read(known) {
      const current = `${version}`;
      return known === current
        ? { version: current }
        : { version: current, entries: [...held.values()] };
    },
    async change({ revoke, lift }) {
      const over = Math.floor(now() / 1000) - keptBeyond;
      const next = new Map([...held].filter(([, { until }]) => until > over));
      for (const id of lift) next.delete(id);
      for (const entry of revoke) next.set(entry.id, entry);
      if (next.size > limit) return "full";
      held = next;
      version += 1;
      return "changed";
    },
  };
}
