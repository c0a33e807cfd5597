import type { RegexFunction, TemplateExpression } from "../configuration.ts";
import { longestSearched } from "../regex/cost.ts";
import { PatternError } from "../regex/pattern-error.ts";
import { re2 } from "../regex/re2.ts";
import { TemplateError } from "./template-error.ts";

const names = new Map<string, RegexFunction>([
  ["Match", "regexMatch"],
  ["Find", "regexFind"],
  ["FindAll", "regexFindAll"],
  ["ReplaceAll", "regexReplaceAll"],
  ["ReplaceAllLiteral", "regexReplaceAllLiteral"],
  ["Split", "regexSplit"],
]);

/**
 * A call of one of sprig's functions of regular expressions.
 * @throws TemplateError for an expression that is not literal, could take long, or would find
 * something else here than in Go
 */
export function regexCall(
  written: string,
  [regex, ...operands]: readonly TemplateExpression[],
  offset: number,
): TemplateExpression {
  const name = names.get(written.replace(/^(?:mustR|r)egex/, ""));
  if (name === undefined || regex?.kind !== "literal" || typeof regex.value !== "string") {
    throw new TemplateError(
      `${written} takes a regular expression that is written here as a text, not one from elsewhere.`,
      offset,
    );
  }
  try {
    const pattern = sourceOf(regex.value, name);
    const longest = longestSearched(pattern, regex.value);
    return { kind: "regex", name, pattern, longest, arguments: operands };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new TemplateError(error.message, offset);
  }
}

/** @throws PatternError */
function sourceOf(regex: string, name: RegexFunction): string {
  const { source, repeatsEmpty, repeatsCapture } = re2(regex);
  if (repeatsEmpty && name !== "regexMatch") {
    throw new PatternError(
      `"${regex}" repeats what may be empty, which this engine and Go's read differently: let what is repeated have a character at least.`,
    );
  }
  if (repeatsCapture && name === "regexReplaceAll") {
    throw new PatternError(
      `"${regex}" captures inside a repetition, which this engine and Go's read differently: write (?: ) there.`,
    );
  }
  try {
    new RegExp(source, "gu");
  } catch {
    throw new PatternError(`"${regex}" is no regular expression here.`);
  }
  return source;
}
