/** A number for each set of demands, for what is remembered by it: the same demands, the same number. */
export function numbering<Owner extends object>(
  demandsOf: (owner: Owner) => unknown,
): (owner: Owner) => number {
  const numbers = new WeakMap<Owner, number>();
  const byDemands = new Map<string, number>();
  return (owner) => {
    const known = numbers.get(owner);
    if (known !== undefined) return known;
    const demands = JSON.stringify(demandsOf(owner));
    const number = byDemands.get(demands) ?? byDemands.size;
    byDemands.set(demands, number);
    numbers.set(owner, number);
    return number;
  };
}
