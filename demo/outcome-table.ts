import type { Outcome } from "./attack.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";

const titles = [
  ["attack", "attack"],
  ["sent", "what was sent"],
  ["status", "status"],
  ["error", "error"],
  ["code", "refusal code"],
] as const;

/** Left out one after the other where the terminal is too narrow for them. */
const dispensable: readonly string[] = ["error", "sent", "status"];

/** A line each attack, as wide as the terminal allows. */
export function outcomeTable(
  outcomes: readonly Outcome[],
  paint: Paint,
  columns: number,
): readonly string[] {
  const plain: Paint = (_colour, text) => text;
  for (let without = 0; without < dispensable.length; without += 1) {
    const lines = linesOf(outcomes, plain, dispensable.slice(0, without));
    if (lines.every((line) => line.length <= columns)) {
      return linesOf(outcomes, paint, dispensable.slice(0, without));
    }
  }
  return linesOf(outcomes, paint, dispensable);
}

function linesOf(outcomes: readonly Outcome[], paint: Paint, without: readonly string[]): string[] {
  const shown = titles.filter(([name]) => !without.includes(name));
  const head = [...shown.map(([, title]) => title), "verdict"];
  const rows = outcomes.map((outcome) => [
    ...shown.map(([name]) => outcome[name]),
    outcome.caught ? "caught" : "NOT CAUGHT",
  ]);
  return table(head, rows, (cell, row, column) => {
    if (column !== head.length - 1) return cell;
    return paint(outcomes[row]?.caught ? "green" : "red", cell);
  });
}
