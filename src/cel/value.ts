/** A CEL expression that has no value: a member that is missing, an operator that does not apply. */
export class CelError extends Error {
  override readonly name = "CelError";
}

/** What names outside of the expression mean; undefined: nothing is there. */
export type Lookup = (path: readonly string[]) => unknown;

/** What an evaluation may still cost: a client's long list must not keep the edge busy. */
export interface Budget {
  left: number;
}

export function spend(budget: Budget, cost: number): void {
  budget.left -= cost;
  if (budget.left < 0) throw new CelError("it takes too long");
}

/** A type as a value: `type(x) == string`. */
export class CelType {
  readonly of: string;
  constructor(of: string) {
    this.of = of;
  }
}

/** A value of a kind that only extensions of CEL make: bytes, a time. */
export abstract class CelObject {
  abstract readonly type: string;
  abstract equals(other: CelObject): boolean;
  /** Below zero, zero, above zero. @throws CelError where there is no order */
  abstract compare(other: CelObject): number;
}

export type CelMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is CelMap {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Paid by their number, for they are listed anew each time. */
export function keysOf(map: CelMap, budget: Budget): readonly string[] {
  const keys = Object.keys(map);
  spend(budget, keys.length / 16);
  return keys;
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function typeOf(value: unknown): string {
  if (value === null) return "null_type";
  if (isList(value)) return "list";
  if (isMap(value)) return "map";
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "double";
    default:
      if (value instanceof CelObject) return value.type;
      return value instanceof CelType ? "type" : "object";
  }
}

/** Own members only: `constructor` and `__proto__` are names like any other. */
export function member(of: unknown, key: unknown): unknown {
  if (isList(of)) {
    const index = typeof key === "bigint" || Number.isInteger(key) ? Number(key) : undefined;
    if (index !== undefined && index >= 0 && index < of.length) return of[index];
    throw new CelError("the list has nothing there");
  }
  if (isMap(of) && typeof key === "string") {
    if (Object.hasOwn(of, key)) return of[key];
    // A key may come from the request: only a name that the documents wrote is told.
    throw new CelError("the map has nothing there");
  }
  throw new CelError(`a value of type ${typeOf(of)} has no members`);
}

export function selected(of: unknown, name: string): unknown {
  if (hasMember(of, name)) return member(of, name);
  throw new CelError(`there is no ${name}`);
}

export function hasMember(of: unknown, name: string): boolean {
  if (isMap(of)) return Object.hasOwn(of, name);
  throw new CelError(`a value of type ${typeOf(of)} has no members`);
}

/** Numbers compare across int and double; of different types nothing else is equal. */
export function equal(a: unknown, b: unknown, budget: Budget): boolean {
  spend(budget, 1);
  if (isNumber(a) && isNumber(b)) return sameNumber(a, b);
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index], budget));
  }
  if (isMap(a) && isMap(b)) {
    const names = keysOf(a, budget);
    return (
      names.length === keysOf(b, budget).length &&
      names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name], budget))
    );
  }
  if (a instanceof CelType && b instanceof CelType) return a.of === b.of;
  if (a instanceof CelObject && b instanceof CelObject) return a.type === b.type && a.equals(b);
  if (typeof a === "string" && typeof b === "string") spend(budget, a.length / 64);
  return a === b;
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** An int and a double too; NaN is not even itself. */
function sameNumber(a: number | bigint, b: number | bigint): boolean {
  return a <= b && a >= b;
}

/** Below zero, zero, above zero; NaN where there is no order. */
export function compare(a: unknown, b: unknown, budget: Budget): number {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : sameNumber(a, b) ? 0 : Number.NaN;
  if (typeof a === "string" && typeof b === "string") {
    spend(budget, (a.length + b.length) / 16);
    return compareText(a, b);
  }
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof CelObject && b instanceof CelObject && a.type === b.type) return a.compare(b);
  throw new CelError(`${typeOf(a)} and ${typeOf(b)} have no order`);
}

/** By code points: UTF-16 puts emoji before some letters. */
function compareText(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [index, character] of left.entries()) {
    const difference = (character.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
