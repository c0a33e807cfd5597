import { Fault } from "../../decision.ts";
import { JsonText } from "../template-values.ts";

/** A pure function of templates: values in, a value out. Throws a Fault for what it cannot take. */
export type TemplateFunction = (...values: readonly unknown[]) => unknown;

/** The functions of a module, which travels to the edge only where a document calls one of them. */
export type FunctionGroup = Readonly<Record<string, TemplateFunction>>;

/** A mapping of no prototype: no key of it is anything but a key. */
export type Dict = Record<string, unknown>;

export function emptyDict(): Dict {
  return Object.create(null);
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new Fault(`The template function ${name} takes a list.`);
}

export function isDict(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonText)
  );
}

export function dictOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return emptyDict();
  if (isDict(value)) return value;
  throw new Fault(`The template function ${name} takes a dict.`);
}

/** As sprig's cast to int64: what is no number is 0. */
export function wholeNumber(value: unknown): number {
  return Math.trunc(float(value));
}

export function float(value: unknown): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  const read = typeof value === "string" && /^[+-]?\d/.test(value) ? Number(value) : 0;
  return Number.isFinite(read) ? read : 0;
}

/** Equal by value, as reflect.DeepEqual; what quote wrote equals its text. */
export function alike(one: unknown, other: unknown): boolean {
  const left = one instanceof JsonText ? one.text : one;
  const right = other instanceof JsonText ? other.text : other;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((each, index) => alike(each, right[index]));
  }
  if (isDict(left) && isDict(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && alike(left[name], right[name]))
    );
  }
  return (
    left === right || ((left ?? undefined) === undefined && (right ?? undefined) === undefined)
  );
}

/** Throws a Fault for a text that would be longer than any that is meant. */
export function bounded(length: number): void {
  if (length > 1_000_000) throw new Fault("A template makes a text that is too long.");
}

/** One letter for one, as Go: ß has no capital of its own. */
export function upper(letters: string): string {
  const changed = letters.toUpperCase();
  return changed.length === letters.length ? changed : letters;
}

export function lower(letters: string): string {
  const changed = letters.toLowerCase();
  return changed.length === letters.length ? changed : letters;
}
