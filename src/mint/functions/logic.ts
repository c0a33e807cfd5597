import { Fault, Refused } from "../../decision.ts";
import { isTrue, JsonText, text } from "../template-values.ts";
import { alike, type FunctionGroup } from "./function.ts";
import { compareText } from "./order.ts";

/** Comparison and choice: Go's own and sprig's. `and` and `or` are part of the language. */
export const logic: FunctionGroup = {
  not: (value) => !isTrue(value),
  /** True where any of the others equals the first. */
  eq: (first, ...others) => others.some((other) => alike(first, other)),
  ne: (one, other) => !alike(one, other),
  lt: (one, other) => order(one, other) < 0,
  le: (one, other) => order(one, other) <= 0,
  gt: (one, other) => order(one, other) > 0,
  ge: (one, other) => order(one, other) >= 0,
  len: length,
  ternary: (whenTrue, whenFalse, value) => (isTrue(value) ? whenTrue : whenFalse),
  empty: (value) => !isTrue(value),
  coalesce: (...values) => values.find(isTrue),
  all: (...values) => values.every(isTrue),
  any: (...values) => values.some(isTrue),
  deepEqual: alike,
  kindOf,
  typeOf,
  typeIs: (type, value) => text(type) === typeOf(value),
  typeIsLike: (type, value) => text(type) === typeOf(value),
  kindIs: (kind, value) => text(kind) === kindOf(value),
  fail(message) {
    throw new Refused("policy.denied", { expected: text(message).slice(0, 200) });
  },
};

function order(one: unknown, other: unknown): number {
  const left = one instanceof JsonText ? one.text : one;
  const right = other instanceof JsonText ? other.text : other;
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  throw new Fault("A template compares values that have no order: two numbers or two texts do.");
}

function length(value: unknown): number {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  if (value instanceof JsonText) return new TextEncoder().encode(value.text).length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  if (value === undefined || value === null) return 0;
  throw new Fault("A template asks for the length of what has none.");
}

function typeOf(value: unknown): string {
  const kind = kindOf(value);
  if (kind === "invalid") return "<nil>";
  if (kind === "slice") return "[]interface {}";
  return kind === "map" ? "map[string]interface {}" : kind;
}

/** Go's names, as far as JSON tells them apart. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "invalid";
  if (typeof value === "string" || value instanceof JsonText) return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "float64";
  return Array.isArray(value) ? "slice" : "map";
}
