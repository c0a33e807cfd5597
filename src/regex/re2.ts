import { PatternError } from "./pattern-error.ts";
import { classSource, escapeSource } from "./re2-class.ts";

/** A regular expression in RE2's syntax, which Go's documents use, as this engine reads it with the `u` flag. */
export interface Re2 {
  readonly source: string;
  /** Repeats what may be empty: both engines match the same texts, but not always the same part. */
  readonly repeatsEmpty: boolean;
  /** Captures inside a repetition: this engine forgets them at each turn, RE2 keeps them. */
  readonly repeatsCapture: boolean;
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/** An alternative that is being read, and the group around it. */
interface Group {
  /** As they are now: `(?i)` counts to the end of its group, over alternatives too. */
  flags: Flags;
  /** How many `(?i:` or `(?-i:` of ours are open. */
  inline: string[];
  captures: boolean;
  /** Whether an earlier alternative, and what was read of this one, may be empty. */
  emptyBefore: boolean;
  empty: boolean;
  /** The same without the last atom. */
  emptyElse: boolean;
  /** Of the last atom, which a repetition would repeat. */
  atomEmpty: boolean;
  atomCaptures: boolean;
  holdsCapture: boolean;
}

const flagNames = ["i", "m", "s"] as const;

/** @throws PatternError for what is no regular expression, or what this engine has no equal of */
export function re2(regex: string): Re2 {
  let source = "";
  let repeatsEmpty = false;
  let repeatsCapture = false;
  const outer: Group[] = [];
  let group = opened({ i: false, m: false, s: false }, false);

  const atom = (text: string, empty = false) => {
    source += text;
    group.emptyElse = group.empty;
    group.empty &&= empty;
    group.atomEmpty = empty;
    group.atomCaptures = false;
  };

  for (let rest = regex; rest !== ""; ) {
    const token = nextToken(rest, regex);
    rest = rest.slice(token.length);
    const { i, m, s } = group.flags;
    const repeat = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??$/.exec(token);
    if (repeat) {
      const [, sign, least = "", comma, most = ""] = repeat;
      if (Number(least) > 1000 || Number(most) > 1000)
        throw new PatternError(`"${regex}" repeats more than 1000 times.`);
      const fixed = sign === undefined && (comma === "" || least === most);
      repeatsEmpty ||= group.atomEmpty && !fixed;
      repeatsCapture ||= group.atomCaptures;
      if (sign === "*" || sign === "?" || /^0+$/.test(least)) group.empty = group.emptyElse;
      source += token;
    } else if (token === ".") atom(s ? "[\\s\\S]" : "[^\\n]");
    else if (token === "^") atom(m ? "(?<![^\\n])" : "^", true);
    else if (token === "$") atom(m ? "(?![^\\n])" : "$", true);
    else if (token === "|") {
      group.emptyBefore ||= group.empty;
      group.empty = true;
      const { inline } = group;
      source += `${")".repeat(inline.length)}|${inline.join("")}`;
    } else if (token === ")") {
      const before = outer.pop();
      if (before === undefined) throw new PatternError(`"${regex}" has a ")" too many.`);
      source += ")".repeat(group.inline.length);
      const { captures, holdsCapture, emptyBefore, empty } = group;
      group = before;
      atom(")", emptyBefore || empty);
      group.atomCaptures = holdsCapture;
      group.holdsCapture ||= captures || holdsCapture;
    } else if (token.startsWith("(")) {
      const flags = changed(group.flags, token);
      const fold = flags.i === i ? "" : flags.i ? "(?i:" : "(?-i:";
      if (/^\(\?[a-zA-Z-]+\)$/.test(token)) {
        group.flags = flags;
        if (fold !== "") group.inline.push(fold);
        source += fold;
      } else {
        const named = /^\(\?P?<([A-Za-z0-9_]+)>$/.exec(token)?.[1];
        const captures = token === "(" || named !== undefined;
        outer.push(group);
        group = opened(flags, captures);
        source += named !== undefined ? `(?<${named}>` : captures ? "(" : fold || "(?:";
      }
    } else if (token.startsWith("[")) atom(classSource(token, regex));
    else if (token.startsWith("\\Q"))
      for (const one of token.slice(2).replace(/\\E$/, "")) atom(literal(one));
    else if (/^\\[bB]$/.test(token)) atom(i ? `(?-i:${token})` : token, true);
    else if (token === "\\A") atom("^", true);
    else if (token === "\\z") atom("$", true);
    else if (token.startsWith("\\")) atom(escapeSource(token, regex, false));
    else atom(literal(token));
  }
  if (outer.length > 0) throw new PatternError(`"${regex}" has a "(" that is never closed.`);
  source += ")".repeat(group.inline.length);
  return { source, repeatsEmpty, repeatsCapture };
}

function opened(flags: Flags, captures: boolean): Group {
  return {
    flags,
    inline: [],
    captures,
    emptyBefore: false,
    empty: true,
    emptyElse: true,
    atomEmpty: false,
    atomCaptures: false,
    holdsCapture: false,
  };
}

/** @throws PatternError */
function changed(flags: Flags, token: string): Flags {
  const [, on = "", off = ""] = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?[:)]$/.exec(token) ?? [];
  const unknown = /[^ims]/.exec(on + off)?.[0];
  if (unknown !== undefined)
    throw new PatternError(`"${token}": there is no flag ${unknown} here; i, m and s there are.`);
  const is = (name: (typeof flagNames)[number]) =>
    (flags[name] || on.includes(name)) && !off.includes(name);
  return { i: is("i"), m: is("m"), s: is("s") };
}

function literal(character: string): string {
  return /^[\\^$.*+?()[\]{}|/]$/.test(character) ? `\\${character}` : character;
}

const tokens: readonly RegExp[] = [
  /^\\Q[\s\S]*?(?:\\E|$)/,
  /^\\(?:[pP](?:\{[^}]*\}|[\s\S])|x\{[^}]*\}|x..|[\s\S])/u,
  /^\[\^?\]?(?:\[:[^\]]*:\]|\\(?:[pPx]\{[^}]*\}|[\s\S])|[^\\\]])*\]/u,
  /^\((?:\?(?:[a-zA-Z]*(?:-[a-zA-Z]+)?[:)]|P?<[A-Za-z0-9_]+>))?/,
  /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/,
];

function nextToken(rest: string, regex: string): string {
  if (/^\(\?<?[=!]/.test(rest))
    throw new PatternError(`"${regex}": looking ahead or behind is not possible here.`);
  if (/^\(\?(?![a-zA-Z]*(?:-[a-zA-Z]+)?[:)]|P?<[A-Za-z0-9_]+>)/.test(rest))
    throw new PatternError(`"${regex}": a group begins with (, (?:, (?<name> or flags.`);
  if (/^\[/.test(rest) && !tokens[2]?.test(rest))
    throw new PatternError(`"${regex}" has a "[" that is never closed.`);
  for (const token of tokens) {
    const found = token.exec(rest);
    if (found !== null) return found[0];
  }
  return String.fromCodePoint(rest.codePointAt(0) ?? 0);
}
