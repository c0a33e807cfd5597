/**
 * 0: fine; 1: what was asked about is wrong (documents, a request, an answer of 400 or more);
 * 2: the command, or a file that it was given, was not understood; 3: nobody answered, or a login
 * did not come to its end.
 */
export const exit = { ok: 0, wrong: 1, usage: 2, unanswered: 3 } as const;

/** Ends a command with a message for whoever typed it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Ends a command that was right, with a message about who did not answer or did not agree. */
export class UnansweredError extends Error {
  override readonly name = "UnansweredError";
}

/** Receives a command's exit code. */
export type Finish = (code: number) => void;
