import { type Budget, CelError, isList, spend, typeOf } from "./value.ts";

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new CelError(`a text is needed, and this is of type ${typeOf(value)}`);
}

export function bool(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new CelError(`true or false is needed, and this is of type ${typeOf(value)}`);
}

export function list(value: unknown): readonly unknown[] {
  if (isList(value)) return value;
  throw new CelError(`a list is needed, and this is of type ${typeOf(value)}`);
}

/** A text that is gone through as a whole, paid by its length. */
export function long(value: unknown, budget: Budget): string {
  return paid(text(value), budget);
}

/** This engine may look for the whole part at each position. */
export function searched(value: unknown, part: unknown, budget: Budget): string {
  spend(budget, (text(value).length * text(part).length) / 8192);
  return long(value, budget);
}

export function paid(value: string, budget: Budget): string {
  spend(budget, value.length / 64);
  return value;
}

export function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new CelError("a number is too large");
}

export function position(value: unknown): number {
  if (typeof value === "bigint") return Number(value);
  throw new CelError("a position is a whole number");
}

/** Paid before it is made: a few texts of a client's could become more than there is memory. */
export function joined(parts: readonly string[], by: string, budget: Budget): string {
  const length = parts.reduce((sum, part) => sum + part.length + by.length, 0);
  spend(budget, length / 64);
  return parts.join(by);
}

/** A limit of parts, the last of which holds the rest; absent or negative: none. */
export function limit(most: unknown): number {
  const count = most === undefined ? -1 : position(most);
  return count < 0 ? Number.POSITIVE_INFINITY : count;
}

export function parts(value: string, by: string, most: number, budget: Budget): readonly string[] {
  const found = by === "" ? [...value] : value.split(by);
  spend(budget, found.length);
  if (found.length <= most) return found;
  return [...found.slice(0, most - 1), found.slice(most - 1).join(by)];
}
