import type { Problem } from "../forward/problem.ts";

/** What the adapter knows once the answer is on its way. */
export interface Ending {
  /** What the client got; absent: what was decided. */
  readonly status?: number;
  readonly upstream?: {
    readonly status?: number;
    readonly problem?: Problem;
    /** Milliseconds to the response headers, or until the client left. */
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

/** Nginx's word for who did not wait for its answer; nobody gets it. */
const clientClosedRequest = 499;

/** Of a client that left before its answer; `duration`: milliseconds since the upstream was asked, where it was. */
export function clientLeft(duration?: number): Ending {
  return {
    status: clientClosedRequest,
    ...(duration === undefined ? {} : { upstream: { duration } }),
  };
}

/** Of an ending, or of the event that tells it. An upstream may answer with that status too. */
export function hasClientLeft({
  status,
  upstream,
}: {
  readonly status?: number | undefined;
  readonly upstream?: { readonly status?: number | undefined } | undefined;
}): boolean {
  return status === clientClosedRequest && upstream?.status === undefined;
}
