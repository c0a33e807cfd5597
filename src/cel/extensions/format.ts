import { fixedPoint } from "../../fixed-point.ts";
import { list, paid, text } from "../arguments.ts";
import type { CelFunction } from "../functions.ts";
import {
  type Budget,
  CelError,
  CelType,
  isList,
  isMap,
  isNumber,
  spend,
  typeOf,
} from "../value.ts";
import { CelBytes, decoded } from "./bytes.ts";
import { CelDuration, CelTimestamp, timeText } from "./times.ts";

/** What of `ext.Strings` of CEL is not among the functions that are always there. */
export const format = {
  charAt: ([a, at], budget) => {
    const characters = [...paid(text(a), budget)];
    if (typeof at !== "bigint" || at < 0n || at > characters.length)
      throw new CelError("a position is outside of the text");
    return characters[Number(at)] ?? "";
  },
  "strings.quote": ([a], budget) =>
    `"${paid(text(a), budget)
      .toWellFormed()
      .replace(/[^ !#-[\]-~]/g, (one) => escapes[one] ?? one)}"`,
  format: ([a, values], budget) => formatted(paid(text(a), budget), list(values), budget),
} as const satisfies Readonly<Record<string, CelFunction>>;

const escapes: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

function formatted(template: string, values: readonly unknown[], budget: Budget): string {
  let used = 0;
  return template.replace(
    /%(?:(%)|(?:\.(\d{1,2}))?([\s\S]?))/gu,
    (_, percent: string | undefined, precision: string | undefined, verb: string) => {
      if (percent !== undefined) return percent;
      if (used >= values.length) throw new CelError("a format has more clauses than values");
      const output = clause(verb, values[used], precision, budget);
      used += 1;
      spend(budget, output.length / 64);
      return output;
    },
  );
}

function clause(
  verb: string,
  value: unknown,
  precision: string | undefined,
  budget: Budget,
): string {
  const digits = precision === undefined ? 6 : Number(precision);
  switch (verb) {
    case "s":
      return shown(value, budget);
    case "d":
      return isNumber(value) ? number(value) : misfit(verb, value);
    case "f":
      return isNumber(value)
        ? (named(Number(value)) ?? fixedPoint(Number(value), digits))
        : misfit(verb, value);
    case "e":
      return isNumber(value)
        ? (named(Number(value)) ?? exponential(Number(value), digits))
        : misfit(verb, value);
    case "b":
      if (typeof value === "boolean") return value ? "1" : "0";
      return typeof value === "bigint" ? value.toString(2) : misfit(verb, value);
    case "o":
      return typeof value === "bigint" ? value.toString(8) : misfit(verb, value);
    case "x":
      return hexadecimal(value, budget);
    case "X":
      return hexadecimal(value, budget).toUpperCase();
    default:
      return misfit(verb, value);
  }
}

function misfit(verb: string, value: unknown): never {
  throw new CelError(`a format's %${verb} does not apply to ${typeOf(value)}`);
}

function named(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? "Infinity" : "-Infinity";
}

function number(value: number | bigint): string {
  if (typeof value === "bigint") return String(value);
  return named(value) ?? (Object.is(value, -0) ? "-0" : String(value));
}

/** Two digits of an exponent at least. */
function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
}

function hexadecimal(value: unknown, budget: Budget): string {
  if (typeof value === "bigint") return value.toString(16);
  const bytes =
    value instanceof CelBytes
      ? value.bytes
      : typeof value === "string"
        ? new TextEncoder().encode(value)
        : misfit("x", value);
  spend(budget, bytes.length / 16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `%s`, also inside lists and maps, whose keys stand in order. */
export function shown(value: unknown, budget: Budget): string {
  spend(budget, 1);
  if (typeof value === "string") return paid(value, budget);
  if (isNumber(value)) return number(value);
  if (typeof value === "boolean") return String(value);
  if (value === null) return "null";
  if (isList(value)) return `[${value.map((item) => shown(item, budget)).join(", ")}]`;
  if (isMap(value)) {
    const members = Object.entries(value).map(([key, inner]) => `${key}: ${shown(inner, budget)}`);
    return `{${members.sort().join(", ")}}`;
  }
  if (value instanceof CelType) return value.of;
  if (value instanceof CelBytes) return decoded(value);
  if (value instanceof CelTimestamp || value instanceof CelDuration) return timeText(value);
  return misfit("s", value);
}
