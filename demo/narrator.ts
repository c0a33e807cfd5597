import type { Outcome } from "./attack.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";
import type { Step } from "./walk.ts";

/** The demo as text for a person, a line at a time. */
export interface Narrator {
  readonly heading: (text: string) => void;
  readonly line: (text: string) => void;
  readonly pairs: (rows: readonly (readonly [string, string, string])[]) => void;
  readonly step: (step: Step) => void;
  readonly outcomes: (outcomes: readonly Outcome[]) => void;
}

export function createNarrator(write: (text: string) => void, paint: Paint): Narrator {
  const line = (text: string) => write(`${text}\n`);
  let count = 0;
  return {
    heading: (text) => line(`\n${paint("bold", text)}\n`),
    line: (text) => line(`  ${text}`),
    pairs(rows) {
      const [names, values] = [
        widest(rows.map(([name]) => name)),
        widest(rows.map(([, value]) => value)),
      ];
      for (const [name, value, note] of rows) {
        line(
          `  ${paint("cyan", name.padEnd(names))}  ${value.padEnd(values)}  ${paint("dim", note)}`.trimEnd(),
        );
      }
    },
    step({ name, text, ok }) {
      if (name !== "") count += 1;
      const number = name === "" ? "" : String(count);
      const verdict = ok ? "" : `  ${paint("red", "NOT AS IT MUST BE")}`;
      line(
        `  ${paint("dim", number.padStart(2))}  ${paint("cyan", name.padEnd(9))}  ${text}${verdict}`,
      );
    },
    outcomes(outcomes) {
      const head = ["attack", "what was sent", "status", "error", "refusal code", "verdict"];
      const rows = outcomes.map(({ attack, sent, status, error, code, caught }) => {
        return [attack, sent, status, error, code, caught ? "caught" : "NOT CAUGHT"];
      });
      const lines = table(head, rows, (cell, row, column) => {
        if (column !== head.length - 1) return cell;
        return paint(outcomes[row]?.caught ? "green" : "red", cell);
      });
      for (const text of lines) line(`  ${text}`);
    },
  };
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
