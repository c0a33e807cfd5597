import { Fault } from "../../decision.ts";
import type { Budget, Regexes, RegexNode } from "../language.ts";
import { text } from "../template-values.ts";
import { bounded, wholeNumber } from "./function.ts";

/** Only the documents' own patterns, so there are as many as they have. */
const compiled = new Map<string, RegExp>();

/** Regular expressions over a text that is not too long for them: this engine backtracks. */
export const regexes: Regexes = (node, values, budget) => {
  const [first, second] = values;
  const whole = paid(text(first), node, budget);
  const found = matches(node.pattern, whole);
  switch (node.name) {
    case "regexMatch":
      return found.length > 0;
    case "regexFind":
      return found[0]?.[0] ?? "";
    case "regexFindAll":
      return upTo(second, found).map(([part]) => part);
    case "regexReplaceAll":
      return replaced(whole, found, (match) => expanded(text(second), match));
    case "regexReplaceAllLiteral":
      return replaced(whole, found, () => text(second));
    case "regexSplit":
      return split(whole, second, found);
  }
};

/** The worst text takes its length squared, or cubed where it is kept short. */
function paid(whole: string, { longest }: RegexNode, budget: Budget | undefined): string {
  if (whole.length > longest)
    throw new Fault(`A template's regular expression takes at most ${longest} characters.`);
  budget?.spend(whole.length ** (longest > 256 ? 2 : 3) / 100);
  return whole;
}

/** As Go finds them: an empty one right behind another does not count. */
function matches(pattern: string, whole: string): readonly RegExpExecArray[] {
  const regex = compiled.get(pattern) ?? new RegExp(pattern, "gu");
  compiled.set(pattern, regex);
  let end = -1;
  return [...whole.matchAll(regex)].filter((match) => {
    const counts = match[0] !== "" || match.index !== end;
    end = match.index + match[0].length;
    return counts;
  });
}

function upTo<Match>(count: unknown, found: readonly Match[]): readonly Match[] {
  const most = wholeNumber(count);
  return most < 0 ? found : found.slice(0, most);
}

function replaced(
  whole: string,
  found: readonly RegExpExecArray[],
  by: (match: RegExpExecArray) => string,
): string {
  let output = "";
  let end = 0;
  for (const match of found) {
    output += whole.slice(end, match.index) + by(match);
    bounded(output.length);
    end = match.index + match[0].length;
  }
  return output + whole.slice(end);
}

/** `$1`, `${name}`: a group of the match, empty where there is none; `$$` is a dollar sign. */
function expanded(template: string, match: RegExpExecArray): string {
  return template.replace(
    /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (_, dollar?: string, braced?: string, bare?: string) => {
      if (dollar !== undefined) return dollar;
      const name = braced ?? bare ?? "";
      if (/^(?:0|[1-9]\d*)$/.test(name)) return match[Number(name)] ?? "";
      const { groups = {} } = match;
      return (Object.hasOwn(groups, name) ? groups[name] : undefined) ?? "";
    },
  );
}

function split(
  whole: string,
  count: unknown,
  found: readonly RegExpExecArray[],
): readonly string[] {
  const most = wholeNumber(count);
  if (most === 0) return [];
  if (whole === "") return [""];
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const { 0: part, index } of upTo(count, found)) {
    if (most > 0 && parts.length === most - 1) break;
    end = index;
    if (index + part.length !== 0) parts.push(whole.slice(begin, end));
    begin = index + part.length;
  }
  return end === whole.length ? parts : [...parts, whole.slice(begin)];
}
