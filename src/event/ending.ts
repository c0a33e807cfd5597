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
