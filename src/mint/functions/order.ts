import { Fault } from "../../decision.ts";

const most = 10_000;

/** A mapping's members in the order of their keys' bytes, as Go walks them. */
export function entriesOf(value: object): ReadonlyArray<readonly [string, unknown]> {
  return Object.entries(value).sort(([one], [other]) => compareText(one, other));
}

/** UTF-8's order, which is that of code points. */
export function compareText(one: string, other: string): number {
  const left = [...one];
  const right = [...other];
  for (const [index, letter] of left.entries()) {
    const far = (letter.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? -1);
    if (far !== 0) return far;
  }
  return left.length - right.length;
}

/** Whole numbers from `start` on, short of `stop`. Throws a Fault for too many. */
export function steps(start: number, stop: number, step: number): readonly number[] {
  const count = step === 0 ? 0 : Math.max(0, Math.ceil((stop - start) / step));
  if (count > most) throw new Fault(`A template counts further than ${most}.`);
  return Array.from({ length: count }, (_, index) => start + index * step);
}
