import {
  bool,
  int,
  joined,
  limit,
  list,
  long,
  paid,
  parts,
  position,
  searched,
  text,
} from "./arguments.ts";
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

export type CelFunctions = Readonly<Record<string, CelFunction>>;

/** What an expression can call without CEL's extensions, beside macros and what decides between its parts. */
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
  bool: ([a]) => asBool(a),
  string: ([a]) => asText(a),
  int: ([a]) => asInt(a),
  double: ([a]) => asDouble(a),
  networks: ([a], budget) => networks(typeof a === "string" ? [a] : list(a), budget),

  contains: ([a, b], budget) => searched(a, b, budget).includes(text(b)),
  startsWith: ([a, b]) => text(a).startsWith(text(b)),
  endsWith: ([a, b]) => text(a).endsWith(text(b)),
  lowerAscii: ([a], budget) => long(a, budget).replace(/[A-Z]/g, (one) => one.toLowerCase()),
  upperAscii: ([a], budget) => long(a, budget).replace(/[a-z]/g, (one) => one.toUpperCase()),
  trim: ([a], budget) => trimmed(long(a, budget)),
  indexOf: ([a, b, from], budget) => indexOf("indexOf", searched(a, b, budget), text(b), from),
  lastIndexOf: ([a, b, from], budget) =>
    indexOf("lastIndexOf", searched(a, b, budget), text(b), from),
  substring: ([a, from, to], budget) => substring(long(a, budget), from, to),
  replace: ([a, old, by, most], budget) =>
    joined(around(searched(a, old, budget), text(old), limit(most) + 1, budget), text(by), budget),
  split: ([a, by, most], budget) =>
    most === 0n ? [] : parts(searched(a, by, budget), text(by), limit(most), budget),
  join: ([a, by = ""], budget) => joined(list(a).map(text), text(by), budget),

  at: ([a, index]) => member(a, from(list(a), index)),
  last: ([a]) => list(a).at(-1) ?? null,

  "Request.Header": ([name], _, lookup) => lookup(["Request", "Header", text(name)]),
  "Request.Cookie": ([name], _, lookup) => lookup(["Request", "Cookie", text(name)]),
} as const satisfies Readonly<Record<string, CelFunction>>;

function sizeOf(value: unknown, budget: Budget): number {
  if (typeof value === "string") return [...paid(value, budget)].length;
  return isMap(value) ? keysOf(value, budget).length : list(value).length;
}

function networks(cidrs: readonly unknown[], budget: Budget): Networks {
  spend(budget, cidrs.length);
  return new Networks(cidrs);
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

function asBool(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "string" && /^(1|t|T|true|TRUE|True)$/.test(value)) return true;
  if (typeof value === "string" && /^(0|f|F|false|FALSE|False)$/.test(value)) return false;
  throw new CelError("this is neither true nor false");
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
  if (typeof value === "string" && /^(nan|[+-]?inf(inity)?)$/i.test(value))
    return /^n/i.test(value) ? Number.NaN : (value.startsWith("-") ? -1 : 1) / 0;
  throw new CelError("this is no number");
}

/** The parts around what is replaced; nothing at all is also before the first and after the last. */
function around(value: string, old: string, most: number, budget: Budget): readonly string[] {
  if (old !== "") return parts(value, old, most, budget);
  const characters = [...value];
  spend(budget, characters.length);
  if (characters.length + 2 <= most) return ["", ...characters, ""];
  return most === 1
    ? [value]
    : ["", ...characters.slice(0, most - 2), characters.slice(most - 2).join("")];
}

const space = /\p{White_Space}/u;

/** Unicode's white space, which this engine's own trim takes otherwise. */
function trimmed(value: string): string {
  let [from, to] = [0, value.length];
  while (from < to && space.test(value.charAt(from))) from += 1;
  while (to > from && space.test(value.charAt(to - 1))) to -= 1;
  return value.slice(from, to);
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
