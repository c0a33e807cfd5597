import type { Revocation, RevocationChange } from "../../src/runtime.ts";

/** A list of revocations, from an operator's side. */
export interface OperatorsList {
  /** For people: which one it is. */
  readonly name: string;
  /** As a person would type it. */
  commands(change: RevocationChange): readonly string[];
  /** @throws UsageError, UnansweredError */
  change(change: RevocationChange): Promise<void>;
  /** Without what is over. @throws UsageError, UnansweredError */
  read(): Promise<readonly Revocation[]>;
}

/** Words as a POSIX shell takes them for one each. */
export function typed(...words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}
