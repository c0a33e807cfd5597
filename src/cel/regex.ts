import { CelError } from "./value.ts";

interface Regex {
  readonly pattern: string;
  readonly longest: number;
}

/** Only the documents' own patterns, so there are as many as they have. */
const compiled = new Map<string, RegExp>();

/** Of a text that is not too long for the pattern: this engine backtracks. */
export const regexes = {
  matches: (value: unknown, regex: Regex) => expression(regex).test(text(value, regex)),
  regexFind: (value: unknown, regex: Regex) =>
    expression(regex).exec(text(value, regex))?.[0] ?? "",
  regexFindAll: (value: unknown, regex: Regex) =>
    [...text(value, regex).matchAll(new RegExp(regex.pattern, "gu"))].map(([found]) => found),
};

function expression({ pattern }: Regex): RegExp {
  const known = compiled.get(pattern) ?? new RegExp(pattern, "u");
  compiled.set(pattern, known);
  return known;
}

function text(value: unknown, { longest }: Regex): string {
  if (typeof value !== "string") throw new CelError("only texts match regular expressions");
  if (value.length > longest) throw new CelError(`the text is longer than ${longest} characters`);
  return value;
}
