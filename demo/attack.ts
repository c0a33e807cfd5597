import { type Answer, member } from "./answer.ts";

/** How an attack must end. */
export interface Expected {
  readonly status: number;
  /** The refusal code in the body. */
  readonly code: string;
  /** How many of the requests may pass: 1 where honest and stolen copies are the same bytes. */
  readonly passes: 0 | 1;
}

export interface Attack<Means> {
  readonly name: string;
  readonly sent: string;
  readonly expected: Expected;
  /** Why no page can send it; absent where one can. */
  readonly beyondBrowsers?: string;
  readonly attempt: (means: Means) => Promise<readonly Answer[]>;
}

/** What came of it; `caught` only if status and code are the expected ones in every answer. */
export interface Outcome {
  readonly attack: string;
  readonly sent: string;
  readonly status: string;
  readonly error: string;
  readonly code: string;
  readonly caught: boolean;
}

export async function carryOut<Means>(attack: Attack<Means>, means: Means): Promise<Outcome> {
  const answers = await attack.attempt(means);
  return {
    attack: attack.name,
    sent: attack.sent,
    status: statuses(answers),
    ...refusalIn(answers),
    caught: isCaught(answers, attack.expected),
  };
}

export function isCaught(answers: readonly Answer[], expected: Expected): boolean {
  const refused = answers.filter((answer) => !passed(answer));
  return (
    refused.length > 0 &&
    answers.length - refused.length === expected.passes &&
    refused.every((answer) => {
      return answer.status === expected.status && member(answer.body, "code") === expected.code;
    })
  );
}

function passed({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function refusalIn(answers: readonly Answer[]): { error: string; code: string } {
  const body = answers.find((answer) => !passed(answer))?.body ?? "";
  return { error: member(body, "error") ?? "-", code: member(body, "code") ?? "-" };
}

/** "401", or "1 x 200, 49 x 401" where there were several. */
function statuses(answers: readonly Answer[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  if (answers.length === 1) return [...counts.keys()].join();
  return [...counts]
    .sort(([one], [other]) => one - other)
    .map(([status, count]) => `${count} x ${status}`)
    .join(", ");
}
