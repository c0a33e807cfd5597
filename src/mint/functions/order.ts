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
