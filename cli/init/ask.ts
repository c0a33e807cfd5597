import { createInterface } from "node:readline/promises";
import { UnansweredError } from "../exit.ts";

export interface Question {
  readonly ask: string;
  /** What an empty answer means. */
  readonly otherwise: string;
  /** Undefined where it is fine; else what is wanted. */
  readonly wrong: (answer: string) => string | undefined;
}

/** Asks until the answer is fine. @throws UnansweredError after Ctrl-C or Ctrl-D */
export type Ask = (question: Question) => Promise<string>;

/** Questions on the terminal, for as long as `work` takes. */
export async function asking<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await work(async ({ ask, otherwise, wrong }) => {
      for (;;) {
        const typed = await terminal.question(`${ask} [${otherwise}] `).catch(() => {
          throw new UnansweredError("\nNothing was written.");
        });
        const answer = typed.trim() || otherwise;
        const problem = wrong(answer);
        if (problem === undefined) return answer;
        process.stderr.write(`That must be ${problem}.\n`);
      }
    });
  } finally {
    terminal.close();
  }
}
