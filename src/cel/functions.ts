import { Networks } from "./networks.ts";
import {
  type Budget,
  CelError,
  CelType,
  compare,
  equal,
  isList,
  isMap,
  isNumber,
  keysOf,
  type Lookup,
  member,
  spend,
  typeOf,
} from "./value.ts";

/** A function or an operator: the receiver is the first value. */
export type CelFunction = (values: readonly unknown[], budget: Budget, lookup: Lookup) => unknown;

/** Everything that an expression can call, beside macros and what decides between its parts. */
export const functions = {
  "!": ([a]) => !bool(a),
  "-": ([a, ...b]) => (b.length === 0 ? negated(a) : arithmetic("-", a, b[0])),
  "+": ([a, b], budget) => plus(a, b, budget),
  "*": ([a, b]) => arithmetic("*", a, b),
  "/": ([a, b]) => arithmetic("/", a, b),
  "%": ([a, b]) => int(divided(a, b, "%")),
  "==": ([a, b], budget) => equal(a, b, budget),
  "!=": ([a, b], budget) => !equal(a, b, budget),
  "<": ([a, b], budget) => compare(a, b, budget) < 0,
  "<=": ([a, b], budget) => compare(a, b, budget) <= 0,
  ">": ([a, b], budget) => compare(a, b, budget) > 0,
  ">=": ([a, b], budget) => compare(a, b, budget) >= 0,
  in: ([a, b], budget) => isIn(a, b, budget),
  "[]": ([a, b]) => member(a, b),

  size: ([a], budget) => BigInt(sizeOf(a, budget)),
  type: ([a]) => new CelType(typeOf(a)),
  dyn: ([a]) => a,
  string: ([a]) => asText(a),
  int: ([a]) => asInt(a),
  double: ([a]) => asDouble(a),
  networks: ([a], budget) => networks(typeof a === "string" ? [a] : list(a), budget),

  contains: ([a, b], budget) => searched(a, b, budget).includes(text(b)),
  startsWith: ([a, b]) => text(a).startsWith(text(b)),
  endsWith: ([a, b]) => text(a).endsWith(text(b)),
  lowerAscii: ([a], budget) => long(a, budget).replace(/[A-Z]/g, (one) => one.toLowerCase()),
  upperAscii: ([a], budget) => long(a, budget).replace(/[a-z]/g, (one) => one.toUpperCase()),
  trim: ([a], budget) => long(a, budget).trim(),
  indexOf: ([a, b, from], budget) => indexOf("indexOf", searched(a, b, budget), text(b), from),
  lastIndexOf: ([a, b, from], budget) =>
    indexOf("lastIndexOf", searched(a, b, budget), text(b), from),
  substring: ([a, from, to], budget) => substring(long(a, budget), from, to),
  replace: ([a, old, by], budget) =>
    replaced(searched(a, old, budget), text(old), text(by), budget),
  split: ([a, by], budget) => parts(searched(a, by, budget), text(by), budget),
  join: ([a, by = ""], budget) => joined(list(a).map(text), text(by), budget),

  at: ([a, index]) => member(a, from(list(a), index)),
  last: ([a]) => list(a).at(-1) ?? null,

  "Request.Header": ([name], _, lookup) => lookup(["Request", "Header", text(name)]),
  "Request.Cookie": ([name], _, lookup) => lookup(["Request", "Cookie", text(name)]),
} as const satisfies Readonly<Record<string, CelFunction>>;

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new CelError(`a text is needed, and this is of type ${typeOf(value)}`);
}

function bool(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new CelError(`true or false is needed, and this is of type ${typeOf(value)}`);
}

function list(value: unknown): readonly unknown[] {
  if (isList(value)) return value;
  throw new CelError(`a list is needed, and this is of type ${typeOf(value)}`);
}

/** A text that is gone through as a whole, paid by its length. */
function long(value: unknown, budget: Budget): string {
  return paid(text(value), budget);
}

/** This engine may look for the whole part at each position. */
function searched(value: unknown, part: unknown, budget: Budget): string {
  spend(budget, (text(value).length * text(part).length) / 8192);
  return long(value, budget);
}

function paid(value: string, budget: Budget): string {
  spend(budget, value.length / 64);
  return value;
}

function sizeOf(value: unknown, budget: Budget): number {
  if (typeof value === "string") return [...paid(value, budget)].length;
  return isMap(value) ? keysOf(value, budget).length : list(value).length;
}

function networks(cidrs: readonly unknown[], budget: Budget): Networks {
  spend(budget, cidrs.length);
  return new Networks(cidrs);
}

/** Paid before it is made: a few texts of a client's could become more than there is memory. */
function joined(parts: readonly string[], by: string, budget: Budget): string {
  const length = parts.reduce((sum, part) => sum + part.length + by.length, 0);
  spend(budget, length / 64);
  return parts.join(by);
}

function replaced(value: string, old: string, by: string, budget: Budget): string {
  return joined(parts(value, old, budget), by, budget);
}

function plus(a: unknown, b: unknown, budget: Budget): unknown {
  if (typeof a === "string" && typeof b === "string") {
    spend(budget, (a.length + b.length) / 64);
    return a + b;
  }
  if (isList(a) && isList(b)) {
    spend(budget, a.length + b.length);
    return [...a, ...b];
  }
  return arithmetic("+", a, b);
}

/** Of two ints or two doubles: CEL mixes neither. */
function arithmetic(name: "+" | "-" | "*" | "/", a: unknown, b: unknown): number | bigint {
  if (name === "/" && typeof a === "bigint") return int(divided(a, b, name));
  if (typeof a === "bigint" && typeof b === "bigint")
    return int(name === "+" ? a + b : name === "-" ? a - b : a * b);
  if (typeof a === "number" && typeof b === "number") {
    if (name === "/") return a / b;
    return name === "+" ? a + b : name === "-" ? a - b : a * b;
  }
  throw new CelError(`${name} does not apply to ${typeOf(a)} and ${typeOf(b)}`);
}

function divided(a: unknown, b: unknown, name: "/" | "%"): bigint {
  if (typeof a !== "bigint" || typeof b !== "bigint")
    throw new CelError(`${name} does not apply to ${typeOf(a)} and ${typeOf(b)}`);
  if (b === 0n) throw new CelError("a division by zero");
  return name === "/" ? a / b : a % b;
}

function negated(value: unknown): number | bigint {
  if (typeof value === "bigint") return int(-value);
  if (typeof value === "number") return -value;
  throw new CelError(`- does not apply to ${typeOf(value)}`);
}

function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new CelError("a number is too large");
}

function isIn(value: unknown, within: unknown, budget: Budget): boolean {
  if (within instanceof Networks) {
    if (typeof value === "string") return within.has(value);
    // Of no address at all nobody can say where it is.
    if (!isList(value) || value.length === 0) return false;
    spend(budget, value.length * (1 + within.size));
    return value.every((ip) => typeof ip === "string" && within.has(ip));
  }
  if (isMap(within)) return typeof value === "string" && Object.hasOwn(within, value);
  return list(within).some((item) => equal(item, value, budget));
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (isNumber(value) || typeof value === "boolean") return String(value);
  throw new CelError(`a value of type ${typeOf(value)} is no text`);
}

function asInt(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isFinite(value)) return int(BigInt(Math.trunc(value)));
  if (typeof value === "string" && /^[+-]?\d{1,20}$/.test(value))
    return int(BigInt(value.replace("+", "")));
  throw new CelError("this is no whole number");
}

function asDouble(value: unknown): number {
  if (isNumber(value)) return Number(value);
  if (typeof value === "string" && /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value))
    return Number(value);
  throw new CelError("this is no number");
}

function position(value: unknown): number {
  if (typeof value === "bigint") return Number(value);
  throw new CelError("a position is a whole number");
}

/** Python's: a negative position counts from the end. */
function from(list: readonly unknown[], index: unknown): number {
  const at = position(index);
  return at < 0 ? list.length + at : at;
}

/** By code points, as CEL counts; this engine counts in UTF-16. */
function indexOf(
  direction: "indexOf" | "lastIndexOf",
  value: string,
  part: string,
  from: unknown,
): bigint {
  const characters = [...value];
  const start = from === undefined ? undefined : position(from);
  if (start !== undefined && (start < 0 || start >= characters.length))
    throw new CelError("a position is outside of the text");
  const at =
    start === undefined
      ? value[direction](part)
      : value[direction](part, characters.slice(0, start).join("").length);
  return BigInt(at < 0 ? -1 : [...value.slice(0, at)].length);
}

function substring(value: string, start: unknown, end: unknown): string {
  const characters = [...value];
  const [first, last] = [position(start), end === undefined ? characters.length : position(end)];
  if (first < 0 || last > characters.length || first > last)
    throw new CelError("a position is outside of the text");
  return characters.slice(first, last).join("");
}

function parts(value: string, by: string, budget: Budget): readonly string[] {
  const found = by === "" ? [...value] : value.split(by);
  spend(budget, found.length);
  return found;
}
