/** 0: fine; 1: the documents are wrong; 2: the command was not understood. */
export const exit = { ok: 0, wrong: 1, usage: 2 } as const;

/** Ends a command with a message for whoever typed it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
