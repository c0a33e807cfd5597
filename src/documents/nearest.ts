/** The known name that was most likely meant, or none when nothing is close. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const far = Math.min(distance(name, candidate), distance(bare(name), bare(candidate)));
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  return best;
}

/** `nonceRequired`, `nonce-required` and `nonce_required` differ in spelling only. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "");
}

/** Edits between two names; swapped neighbours are one edit. Names are short: no bound needed above 64. */
function distance(from: string, to: string): number {
  if (from.length > 64 || to.length > 64) return 64;
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped && row > 1 && column > 1) edits = Math.min(edits, at(before, column - 2) + 1);
      current.push(edits);
    }
    before = previous;
    previous = current;
  }
  return at(previous, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
