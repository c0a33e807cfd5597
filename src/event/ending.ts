import type { Problem } from "../forward/problem.ts";

/** What the adapter knows once the answer is on its way. */
export interface Ending {
  /** What the client got; absent: what was decided. */
  readonly status?: number;
  readonly upstream?: {
    readonly status?: number;
    readonly problem?: Problem;
    /** Milliseconds to the response headers. */
    readonly duration?: number;
  };
  /** What was thrown behind the edge. */
  readonly fault?: unknown;
}

/** Of an answer from behind the edge, or one in its place; `duration`: milliseconds to its headers. */
export function endingOf(status: number, problem: Problem | undefined, duration: number): Ending {
  const answered = problem === undefined ? { status } : { problem };
  return { status, upstream: { ...answered, duration } };
}
