import { text } from "../template-values.ts";
import { bounded, type FunctionGroup, lower, upper, wholeNumber } from "./function.ts";
import { steps } from "./order.ts";
import { printf } from "./printf.ts";
import { wrapped } from "./wrap.ts";

/** Texts. Lengths and positions count characters where sprig counts bytes: none is ever cut in two. */
export const texts: FunctionGroup = {
  printf,
  print: (...values) => printedTogether(values),
  println: (...values) => `${values.map(text).join(" ")}\n`,
  toString: text,
  upper: (value) => text(value).replace(/\P{ASCII}|[a-z]+/gu, upper),
  lower: (value) => text(value).replace(/\P{ASCII}|[A-Z]+/gu, lower),
  title: (value) => text(value).replace(/(?<![\p{L}\p{N}_'’])\p{L}/gu, upper),
  untitle: (value) => text(value).replace(/(?<!\S)\S/gu, lower),
  swapcase: (value) =>
    text(value).replace(/\p{L}/gu, (letter) =>
      letter === letter.toLowerCase() ? upper(letter) : lower(letter),
    ),
  trim: (value) => trimmed(text(value), "\\s"),
  trimAll: (letters, value) => trimmed(text(value), escaped(text(letters))),
  trimall: (letters, value) => trimmed(text(value), escaped(text(letters))),
  trimPrefix: (prefix, value) => withoutPrefix(text(value), text(prefix)),
  trimSuffix: (suffix, value) => withoutSuffix(text(value), text(suffix)),
  nospace: (value) => text(value).replace(/\s/gu, ""),
  initials: (value) => (text(value).match(/(?<!\S)\S/gu) ?? []).join(""),
  substr: (start, end, value) => substring(wholeNumber(start), wholeNumber(end), text(value)),
  trunc(length, value) {
    const letters = [...text(value)];
    const count = wholeNumber(length);
    return (count < 0 ? letters.slice(count) : letters.slice(0, count)).join("");
  },
  abbrev(width, value) {
    const letters = [...text(value)];
    const count = wholeNumber(width);
    if (count < 4 || letters.length <= count) return text(value);
    return `${letters.slice(0, count - 3).join("")}...`;
  },
  abbrevboth: (offset, width, value) =>
    shortened([...text(value)], wholeNumber(offset), wholeNumber(width)),
  wrap: (width, value) => wrapped([...text(value)], wholeNumber(width), "\n", false),
  wrapWith: (width, by, value) =>
    wrapped([...text(value)], wholeNumber(width), text(by) || "\n", true),
  regexQuoteMeta: (value) => text(value).replace(/[\\.+*?()|[\]{}^$]/g, "\\$&"),
  /** `seq 2 5`: as the shell's. */
  seq(...numbers) {
    if (numbers.length === 0) return "";
    const [one = 0, two = 0, three = 0] = numbers.map(wholeNumber);
    const [start, step, end] =
      numbers.length === 1
        ? [1, one < 1 ? -1 : 1, one]
        : numbers.length === 2
          ? [one, two < one ? -1 : 1, two]
          : [one, two, three];
    if (end < start && step > 0) return "";
    return steps(start, end + (end < start ? -1 : 1), step).join(" ");
  },
  repeat(count, value) {
    const times = Math.max(0, wholeNumber(count));
    bounded(times * text(value).length);
    return text(value).repeat(times);
  },
  contains: (part, value) => text(value).includes(text(part)),
  hasPrefix: (prefix, value) => text(value).startsWith(text(prefix)),
  hasSuffix: (suffix, value) => text(value).endsWith(text(suffix)),
  squote: (...values) =>
    values
      .filter(isThere)
      .map((value) => `'${text(value)}'`)
      .join(" "),
  cat: (...values) => values.filter(isThere).map(text).join(" "),
  indent: (width, value) => indented(width, value),
  nindent: (width, value) => `\n${indented(width, value)}`,
  replace(old, by, value) {
    const parts = text(value).split(text(old));
    bounded(parts.length * text(by).length);
    return text(value).replaceAll(text(old), () => text(by));
  },
  plural: (one, many, count) => (wholeNumber(count) === 1 ? one : many),
  split: (separator, value) => numbered(text(value).split(text(separator))),
  splitn(separator, count, value) {
    const parts = text(value).split(text(separator));
    const most = wholeNumber(count);
    if (most === 0) return numbered([]);
    if (most < 0 || parts.length <= most) return numbered(parts);
    return numbered([
      ...parts.slice(0, most - 1),
      parts.slice(Math.max(0, most - 1)).join(text(separator)),
    ]);
  },
};

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Go's Sprint: a space between two of which neither is a text. */
function printedTogether(values: readonly unknown[]): string {
  return values
    .map((value, index) => {
      const apart = index > 0 && typeof value !== "string" && typeof values[index - 1] !== "string";
      return `${apart ? " " : ""}${text(value)}`;
    })
    .join("");
}

/** As sprig: with a mark on both sides, where there is room for it. */
function shortened(letters: readonly string[], offset: number, width: number): string {
  const { length } = letters;
  if (width < 4 || (offset > 0 && width < 7) || length <= width) return letters.join("");
  const from = Math.min(offset, length - (width - 3));
  if (from <= 4) return `${letters.slice(0, width - 3).join("")}...`;
  if (from + width - 3 >= length) return `...${letters.slice(length - (width - 3)).join("")}`;
  const rest = letters.slice(from);
  const inner = width - 3;
  return `...${rest.length <= inner ? rest.join("") : `${rest.slice(0, inner - 3).join("")}...`}`;
}

function trimmed(value: string, letters: string): string {
  if (letters === "") return value;
  return value
    .replace(new RegExp(`^[${letters}]+`, "u"), "")
    .replace(new RegExp(`(?<![${letters}])[${letters}]+$`, "u"), "");
}

/** For a class of letters in a regular expression. */
function escaped(letters: string): string {
  return [...letters].map((letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`).join("");
}

function withoutPrefix(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : value;
}

function withoutSuffix(value: string, suffix: string): string {
  return value.endsWith(suffix) ? value.slice(0, value.length - suffix.length) : value;
}

/** As sprig: a negative start counts from 0, a negative end means the rest. */
function substring(start: number, end: number, value: string): string {
  const letters = [...value];
  const from = Math.max(0, start);
  return letters.slice(from, end < 0 || end > letters.length ? letters.length : end).join("");
}

function indented(width: unknown, value: unknown): string {
  const padding = " ".repeat(Math.min(Math.max(0, wholeNumber(width)), 256));
  return `${padding}${text(value).replaceAll("\n", `\n${padding}`)}`;
}

/** `_0`, `_1`, ... as sprig names the parts. */
function numbered(parts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(parts.map((part, index) => [`_${index}`, part]));
}
