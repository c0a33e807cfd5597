import { PatternError } from "./pattern-error.ts";

// Matching comes before authentication, and this engine backtracks: what a stranger could make
// run for seconds is refused when the documents are compiled. Values are bounded in length too.
const repeatLimit = 4;
const longRange = 16;

/** A regular expression that matches the text and nothing else. */
export function literalSource(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

interface Group {
  /** Can match one text in more than one way: holds an alternative or a repetition of no fixed count. */
  varies: boolean;
  /** Long repetitions inside, each of which multiplies the ways to match. */
  long: number;
}

/**
 * Takes the regular expressions that run in linear time elsewhere (RE2) to this engine's syntax,
 * as far as they cannot be made to run for very long.
 */
export function regexSource(regex: string): string {
  if (/\[\[:/.test(regex)) {
    throw new PatternError(
      `"${regex}": classes such as [[:alpha:]] are unknown here; write [A-Za-z].`,
    );
  }
  const source = inlineFlags(regex.replaceAll("(?P<", "(?<"));
  const open: Group[] = [{ varies: false, long: 0 }];
  let atom: Group | undefined;
  for (let at = 0; at < source.length; ) {
    const group = open[open.length - 1];
    if (group === undefined) throw new PatternError(`"${regex}" has a ")" too many.`);
    const rest = source.slice(at);
    const token = nextToken(rest, regex);
    at += token.length;
    const repeat = readRepeat(token);
    if (repeat !== undefined) {
      countRepeat(repeat, atom, group, regex);
      atom = undefined;
    } else if (token.startsWith("(")) {
      open.push({ varies: false, long: 0 });
      atom = undefined;
    } else if (token === ")") {
      atom = open.pop();
      const parent = open[open.length - 1];
      if (atom !== undefined && parent !== undefined) {
        parent.varies ||= atom.varies;
        parent.long += atom.long;
      }
    } else {
      if (token === "|") group.varies = true;
      atom = { varies: false, long: 0 };
    }
  }
  const long = open[0]?.long ?? 0;
  if (long > repeatLimit) {
    throw new PatternError(
      `"${regex}" has more than ${repeatLimit} open-ended repetitions; use fewer, or several rules.`,
    );
  }
  return source;
}

function inlineFlags(source: string): string {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  return flags === null ? source : `(?${flags[1] ?? ""}:${source.slice(flags[0].length)})`;
}

const tokens: readonly RegExp[] = [
  /^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|[\s\S])/,
  /^\[(?:\\[\s\S]|[^\\\]])*\]/,
  /^\((?:\?(?:[ims]*(?:-[ims]+)?:|<[^=!>][^>]*>))?/,
  /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/,
  /^[\s\S]/,
];

function nextToken(rest: string, regex: string): string {
  if (/^\(\?<?[=!]/.test(rest)) {
    throw new PatternError(`"${regex}": looking ahead or behind is not possible here.`);
  }
  if (/^\\(?:[1-9]|k<)/.test(rest)) {
    throw new PatternError(`"${regex}": referring back to a group is not possible here.`);
  }
  for (const token of tokens) {
    const found = token.exec(rest);
    if (found !== null) return found[0];
  }
  return rest.slice(0, 1);
}

interface Repeat {
  readonly least: number;
  readonly most: number;
}

function readRepeat(token: string): Repeat | undefined {
  if (/^\*\??$/.test(token)) return { least: 0, most: Number.POSITIVE_INFINITY };
  if (/^\+\??$/.test(token)) return { least: 1, most: Number.POSITIVE_INFINITY };
  if (/^\?\??$/.test(token)) return { least: 0, most: 1 };
  const counted = /^\{(\d+)(,(\d*))?\}\??$/.exec(token);
  if (counted === null) return undefined;
  const least = Number(counted[1]);
  if (counted[2] === undefined) return { least, most: least };
  return { least, most: counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY };
}

/** `atom` is what is repeated; `group` is where it stands. */
function countRepeat(repeat: Repeat, atom: Group | undefined, group: Group, regex: string): void {
  // (a+)+ and (a|a)* double the ways to match with every character.
  if (atom?.varies && repeat.most > repeatLimit) {
    throw new PatternError(
      `"${regex}" repeats a group that itself repeats or offers alternatives, so one request could keep the ` +
        `edge busy for very long. Write it without nesting, or as several rules.`,
    );
  }
  if (repeat.least !== repeat.most) group.varies = true;
  if (repeat.most - repeat.least > longRange) group.long++;
  if (atom !== undefined && repeat.most > 1) group.long += atom.long * (repeat.most - 1);
}
