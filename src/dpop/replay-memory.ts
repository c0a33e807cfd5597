import { encodeBase64url } from "../jws/base64url.ts";
import type { ReplayStore } from "../runtime.ts";

/** Claims of a stretch of iat are forgotten together. */
const bucketsPerWindow = 8;
/** Some 100 bytes each. */
const maxClaims = 1_000_000;

export interface MemoryReplayOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Seconds: the longest max_age + leeway of any rule and a minute of slack. */
  readonly window: number;
  /** Claims held at once, 1,000,000 unless told: a full store throws, it never forgets early. */
  readonly limit?: number;
}

/**
 * A replay store of one process, for tests and embedding. It holds every claim whose iat is above
 * its floor, and accepts none at or below: the floor follows the clock at a window's distance and
 * never falls, so a clock that falls back reopens nothing. A restart forgets everything.
 */
export function createMemoryReplay({
  now,
  window,
  limit = maxClaims,
}: MemoryReplayOptions): ReplayStore {
  const width = Math.max(1, Math.ceil(window / bucketsPerWindow));
  const buckets = new Map<number, Set<string>>();
  let floor = Number.NEGATIVE_INFINITY;
  let held = 0;

  function forget(): void {
    for (const [bucket, claims] of buckets) {
      if ((bucket + 1) * width - 1 > floor) continue;
      buckets.delete(bucket);
      held -= claims.size;
    }
  }

  return {
    judge: () => ({ mode: "memory" }),

    // Nothing is awaited between the question and the answer: of two copies, one is first.
    async claim({ digest, iat }) {
      floor = Math.max(floor, Math.floor(now() / 1000) - window);
      forget();
      if (!(iat > floor)) return "stale";
      const key = encodeBase64url(digest);
      for (const claims of buckets.values()) if (claims.has(key)) return "replayed";
      if (held >= limit) throw new Error(`The replay store holds its limit of ${limit} claims.`);
      const bucket = Math.floor(iat / width);
      const claims = buckets.get(bucket) ?? new Set();
      buckets.set(bucket, claims.add(key));
      held += 1;
      return "fresh";
    },
  };
}
