import { PatternError } from "./pattern-error.ts";

// Matching comes before authentication, and this engine backtracks: what a stranger could make run
// for long is refused when the documents are compiled.

/** A captured value longer than this satisfies no constraint. */
export const constrainedLength = 256;

/** Three open-ended repetitions side by side: some 20 ms for the worst value. */
const mostWays = (constrainedLength + 1) ** 3;

/** In how many ways a text may have to be tried: alternatives add up, what follows multiplies. */
interface Group {
  earlierAlternatives: number;
  ways: number;
  /** Of the last atom, which a repetition would repeat. */
  atom: number;
}
const emptyGroup = (): Group => ({ earlierAlternatives: 0, ways: 1, atom: 1 });

/**
 * @throws PatternError when the expression could take long, or looks around or back: then nobody
 * can say how long it takes.
 */
export function refuseSlow(source: string, written: string): void {
  if (waysToMatch(source, written).ways <= mostWays) return;
  throw new PatternError(
    `"${written}" can match in so many ways that one request could keep the edge busy. Use fewer open-ended ` +
      `repetitions, do not repeat a group that repeats or offers alternatives, or write several rules.`,
  );
}

/**
 * The longest text, in characters, that the expression may be looked for in, wherever it begins.
 * @throws PatternError where it is too slow for any
 */
export function longestSearched(source: string, written: string): number {
  const { ways, anchored } = waysToMatch(source, written);
  if (ways <= constrainedLength + 1) return constrainedLength * 16;
  // A search starts at every character, unless it can only start at the first.
  if (ways <= mostWays / (anchored ? 1 : constrainedLength + 1)) return constrainedLength;
  throw new PatternError(
    `"${written}" can match in so many ways that one request could keep the edge busy. Use fewer open-ended repetitions.`,
  );
}

interface Ways {
  readonly ways: number;
  /** It matches from the start of a text or nowhere. */
  readonly anchored: boolean;
}

function waysToMatch(source: string, written: string): Ways {
  const open: Group[] = [];
  let group = emptyGroup();
  for (let rest = source; rest !== ""; ) {
    const token = nextToken(rest, written);
    rest = rest.slice(token.length);
    const repeat = readRepeat(token);
    if (repeat !== undefined) {
      group.ways = (group.ways / group.atom) * repeated(group.atom, repeat);
      group.atom = 1;
    } else if (token.startsWith("(") && !token.endsWith(")")) {
      open.push(group);
      group = emptyGroup();
    } else if (token === ")") {
      const atom = group.earlierAlternatives + group.ways;
      const outer = open.pop();
      if (outer === undefined) throw new PatternError(`"${written}" has a ")" too many.`);
      group = { ...outer, ways: outer.ways * atom, atom };
    } else if (token === "|") {
      group = { ...emptyGroup(), earlierAlternatives: group.earlierAlternatives + group.ways };
    } else {
      group.atom = 1;
    }
    if (group.ways > mostWays) return { ways: group.ways, anchored: false };
  }
  return {
    ways: group.earlierAlternatives + group.ways,
    anchored: source.startsWith("^") && group.earlierAlternatives === 0,
  };
}

interface Repeat {
  readonly least: number;
  readonly most: number;
}

/** (a+)+ and (a|a)* double the ways with every character; a lone `a*` has one for every length. */
function repeated(ways: number, { least, most }: Repeat): number {
  // By what is left open, not by the length: a{300,} has as many ways as a*, in a text that is long enough.
  const left = Math.min(most - least, constrainedLength);
  return Math.max(1, left + 1) * ways ** Math.min(most, constrainedLength);
}

function readRepeat(token: string): Repeat | undefined {
  if (/^\*\??$/.test(token)) return { least: 0, most: Number.POSITIVE_INFINITY };
  if (/^\+\??$/.test(token)) return { least: 1, most: Number.POSITIVE_INFINITY };
  if (/^\?\??$/.test(token)) return { least: 0, most: 1 };
  const counted = /^\{(\d+)(,?)(\d*)\}\??$/.exec(token);
  if (counted === null) return undefined;
  const [, least, comma, most] = counted;
  if (comma === "") return { least: Number(least), most: Number(least) };
  return { least: Number(least), most: most ? Number(most) : Number.POSITIVE_INFINITY };
}

/** The start and the end of a line, as re2.ts writes them. */
const line = /^\(\?<?!\[\^\\n\]\)/;
const tokens: readonly RegExp[] = [
  /^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|[\s\S])/,
  /^\[(?:\\[\s\S]|[^\\\]])*\]/,
  /^\((?:\?(?:[ims]*(?:-[ims]+)?:|<[^=!>][^>]*>))?/,
  /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/,
];

function nextToken(rest: string, written: string): string {
  const edge = line.exec(rest);
  if (edge !== null) return edge[0];
  if (/^\(\?<?[=!]/.test(rest)) {
    throw new PatternError(`"${written}": looking ahead or behind is not possible here.`);
  }
  if (/^\\(?:[1-9]|k<)/.test(rest)) {
    throw new PatternError(`"${written}": referring back to a group is not possible here.`);
  }
  for (const token of tokens) {
    const found = token.exec(rest);
    if (found !== null) return found[0];
  }
  return rest.slice(0, 1);
}
