import { list, position } from "../arguments.ts";
import type { CelFunction } from "../functions.ts";
import { type Budget, CelError, compare, equal, isList, spend, typeOf } from "../value.ts";

/** `ext.Lists` and `ext.Sets` of CEL. */
export const lists = {
  slice: ([a, from, to], budget) => {
    const whole = list(a);
    const [start, end] = [position(from), position(to)];
    if (start < 0 || end > whole.length || start > end)
      throw new CelError("a position is outside of the list");
    spend(budget, end - start);
    return whole.slice(start, end);
  },
  flatten: ([a, depth = 1n], budget) => {
    const levels = position(depth);
    if (levels < 0) throw new CelError("a depth is not below zero");
    return flattened(list(a), levels, budget);
  },
  distinct: ([a], budget) => {
    const found: unknown[] = [];
    for (const item of list(a)) {
      if (!found.some((known) => equal(known, item, budget))) found.push(item);
    }
    return found;
  },
  reverse: ([a], budget) => {
    if (typeof a === "string") {
      spend(budget, a.length / 16);
      return [...a].reverse().join("");
    }
    spend(budget, list(a).length);
    return list(a).toReversed();
  },
  sort: ([a], budget) => sorted(list(a), list(a), budget),
  sortBy: ([a, keys], budget) => sorted(list(a), list(keys), budget),
  "lists.range": ([a], budget) => {
    const count = position(a);
    if (count < 0) throw new CelError("nothing is counted to below zero");
    spend(budget, count);
    return Array.from({ length: count }, (_, index) => BigInt(index));
  },
  "sets.contains": ([a, b], budget) => containsAll(list(a), list(b), budget),
  "sets.equivalent": ([a, b], budget) =>
    containsAll(list(a), list(b), budget) && containsAll(list(b), list(a), budget),
  "sets.intersects": ([a, b], budget) =>
    list(b).some((item) => list(a).some((one) => equal(one, item, budget))),
} as const satisfies Readonly<Record<string, CelFunction>>;

function flattened(items: readonly unknown[], levels: number, budget: Budget): unknown[] {
  spend(budget, items.length);
  if (levels === 0) return [...items];
  return items.flatMap((item) => (isList(item) ? flattened(item, levels - 1, budget) : [item]));
}

/** By the keys beside the items, which are of one type. */
function sorted(items: readonly unknown[], keys: readonly unknown[], budget: Budget): unknown[] {
  const [first] = keys;
  if (keys.some((key) => typeOf(key) !== typeOf(first)))
    throw new CelError("only values of one type have an order");
  spend(budget, items.length * Math.log2(items.length + 1));
  return items
    .map((item, index) => ({ item, key: keys[index] }))
    .sort((one, other) => compare(one.key, other.key, budget))
    .map(({ item }) => item);
}

function containsAll(all: readonly unknown[], some: readonly unknown[], budget: Budget): boolean {
  return some.every((item) => all.some((one) => equal(one, item, budget)));
}
