import { TemplateError } from "./template-error.ts";

/** Literal text, or what stands between `{{` and `}}`; comments are gone, trim markers are applied. */
export type Piece =
  | { readonly kind: "text"; readonly text: string; readonly offset: number }
  | { readonly kind: "action"; readonly tokens: readonly Token[]; readonly offset: number };

export type Token = { readonly offset: number } & (
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** `.A.b` has the root "", which is the dot; `$x.y` the root "x"; `$.A` the root "$". */
  | { readonly kind: "field"; readonly root: string; readonly path: readonly string[] }
  /** `.a.b` right behind a closing parenthesis. */
  | { readonly kind: "chain"; readonly path: readonly string[] }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "symbol"; readonly text: "(" | ")" | "|" | ":=" | "=" | "," }
);

const comment = /\{\{(- )?\/\*[\s\S]*?\*\/( -)?\}\}/y;
const space = /[ \t\r\n]+/y;
const chain = /(\$[\p{L}\p{N}_]*)?((?:\.[\p{L}_][\p{L}\p{N}_]*)+)|(\$[\p{L}\p{N}_]*)/uy;
const word = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const interpreted = /"(?:[^"\\\n]|\\.)*"/y;
const raw = /`[^`]*`/y;
const symbol = /:=|[()|=,]/y;
const dot = /\.(?=[ \t\r\n()|,}])/y;
const keywords = new Map([
  ["true", true],
  ["false", false],
  ["nil", null],
]);

function at(pattern: RegExp, source: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(source);
}

/** Cuts a template into text and actions. Throws TemplateError. */
export function scan(source: string): Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  let trim = false;
  while (offset <= source.length) {
    const found = source.indexOf("{{", offset);
    const end = found < 0 ? source.length : found;
    const trimBefore = found >= 0 && /^\{\{-[ \t\r\n]/.test(source.slice(found, found + 4));
    const text = trimmed(source.slice(offset, end), trim, trimBefore);
    if (text.text !== "")
      pieces.push({ kind: "text", text: text.text, offset: offset + text.skipped });
    if (found < 0) break;

    const skipped = at(comment, source, found);
    if (skipped) {
      offset = found + skipped[0].length;
      trim = skipped[2] !== undefined;
      continue;
    }
    const start = found + (trimBefore ? 3 : 2);
    const action = tokens(source, start, found);
    pieces.push({ kind: "action", tokens: action.tokens, offset: found });
    offset = action.end;
    trim = action.trimAfter;
  }
  return pieces;
}

function trimmed(text: string, before: boolean, after: boolean) {
  const head = before ? text.replace(/^[ \t\r\n]+/, "") : text;
  const whole = after ? head.replace(/(?<![ \t\r\n])[ \t\r\n]+$/, "") : head;
  return { text: whole, skipped: text.length - head.length };
}

function tokens(source: string, start: number, opened: number) {
  const found: Token[] = [];
  let offset = start;
  if (source.startsWith("/*", offset)) {
    throw new TemplateError(
      "A comment is written {{/* ... */}}: it must be closed by */}}.",
      opened,
    );
  }
  while (offset < source.length) {
    const blank = at(space, source, offset);
    if (blank) offset += blank[0].length;
    if (blank && source.startsWith("-}}", offset)) {
      return { tokens: found, end: offset + 3, trimAfter: true };
    }
    if (source.startsWith("}}", offset))
      return { tokens: found, end: offset + 2, trimAfter: false };
    if (offset >= source.length) break;
    const next = token(source, offset);
    found.push(next.token);
    offset = next.end;
  }
  throw new TemplateError("This {{ is never closed by }}.", opened);
}

function token(source: string, offset: number): { token: Token; end: number } {
  const string = at(interpreted, source, offset) ?? at(raw, source, offset);
  if (string) {
    const value = string[0].startsWith("`") ? string[0].slice(1, -1) : unquoted(string[0], offset);
    return { token: { kind: "literal", value, offset }, end: closed(source, offset, string[0]) };
  }
  const path = at(chain, source, offset);
  if (path) {
    const written = path[1] ?? path[3] ?? "";
    const root = written === "$" ? "$" : written.slice(1);
    const fields = (path[2] ?? "").split(".").slice(1);
    if (root === "" && source[offset - 1] === ")") {
      return {
        token: { kind: "chain", path: fields, offset },
        end: closed(source, offset, path[0]),
      };
    }
    return {
      token: { kind: "field", root, path: fields, offset },
      end: closed(source, offset, path[0]),
    };
  }
  if (at(dot, source, offset)) {
    return { token: { kind: "field", root: "", path: [], offset }, end: offset + 1 };
  }
  const digits = at(number, source, offset);
  if (digits) {
    const value = Number(digits[0]);
    return { token: { kind: "literal", value, offset }, end: closed(source, offset, digits[0]) };
  }
  const name = at(word, source, offset);
  if (name) {
    const literal = keywords.get(name[0]);
    const end = closed(source, offset, name[0]);
    if (literal !== undefined) return { token: { kind: "literal", value: literal, offset }, end };
    return { token: { kind: "word", text: name[0], offset }, end };
  }
  const mark = at(symbol, source, offset)?.[0];
  switch (mark) {
    case "(":
    case ")":
    case "|":
    case ":=":
    case "=":
    case ",":
      return { token: { kind: "symbol", text: mark, offset }, end: offset + mark.length };
  }
  throw new TemplateError(unexpected(source, offset), offset);
}

/** Two operands need a space between them, as in Go: `.a-b` is no field and `"a""b"` no pair. */
function closed(source: string, offset: number, text: string): number {
  const end = offset + text.length;
  if (end >= source.length || /[ \t\r\n()|:=,}]/.test(source.charAt(end))) return end;
  throw new TemplateError(
    `"${source.charAt(end)}" cannot follow ${text} directly. A name that is not made of letters, digits and _ is reached with index, as in {{ index .Subject.Attributes "user-id" }}.`,
    end,
  );
}

function unexpected(source: string, offset: number): string {
  const character = String.fromCodePoint(source.codePointAt(offset) ?? 0);
  if (character === '"' || character === "`") return "This string is never closed.";
  if (character === "'") return `Text is written in double quotation marks, as in "text".`;
  return `"${character}" cannot stand here.`;
}

const escapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

function unquoted(text: string, offset: number): string {
  return text
    .slice(1, -1)
    .replace(
      /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[\s\S])/g,
      (written: string, plain?: string, x?: string, u?: string, long?: string) => {
        if (plain !== undefined) return escapes[plain] ?? plain;
        const code = Number.parseInt(x ?? u ?? long ?? "", 16);
        if (code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
        throw new TemplateError(`${written} is no escape sequence in a string.`, offset);
      },
    );
}
