import type { Outcome } from "./attack.ts";
import { outcomeTable } from "./outcome-table.ts";
import type { Paint } from "./paint.ts";
import type { Step } from "./walk.ts";
import { wrapped } from "./wrapped.ts";

/** The demo as text for a person, a line at a time. */
export interface Narrator {
  readonly heading: (text: string) => void;
  readonly line: (text: string) => void;
  readonly pairs: (rows: readonly (readonly [string, string, string])[]) => void;
  readonly step: (step: Step) => void;
  readonly outcomes: (outcomes: readonly Outcome[]) => void;
}

/** `columns` of the terminal; where there is none lines are as long as they are. */
export function createNarrator(
  write: (text: string) => void,
  paint: Paint,
  columns = Number.POSITIVE_INFINITY,
): Narrator {
  const line = (text: string) => write(`${text}\n`);
  let count = 0;
  return {
    heading: (text) => line(`\n${paint("bold", text)}\n`),
    line: (text) => line(`  ${wrapped(text, columns, 2)}`),
    pairs(rows) {
      const [names, values] = [
        widest(rows.map(([name]) => name)),
        widest(rows.map(([, value]) => value)),
      ];
      const before = names + values + 6;
      for (const [name, value, note] of rows) {
        const about = paint("dim", wrapped(note, columns, before));
        line(`  ${paint("cyan", name.padEnd(names))}  ${value.padEnd(values)}  ${about}`.trimEnd());
      }
    },
    step({ name, text, ok }) {
      if (name !== "") count += 1;
      const number = name === "" ? "" : String(count);
      const verdict = ok ? "" : `  ${paint("red", "NOT AS IT MUST BE")}`;
      const told = `${wrapped(text, columns, 17)}${verdict}`;
      line(`  ${paint("dim", number.padStart(2))}  ${paint("cyan", name.padEnd(9))}  ${told}`);
    },
    outcomes(outcomes) {
      for (const text of outcomeTable(outcomes, paint, columns - 2)) line(`  ${text}`);
    },
  };
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
