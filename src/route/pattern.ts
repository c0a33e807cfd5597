import type { PathSegment } from "../configuration.ts";
import { PatternError } from "../regex/pattern-error.ts";

export { PatternError } from "../regex/pattern-error.ts";
export { captureSource } from "./capture.ts";

const wildcardName = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const escaped = /\\([\\:*<>])/g;

/**
 * Reads a path expression: `/a/:name/*rest`, unnamed `:*` and `**`, the older `<name>`, `<*>` and
 * `<**>`; `\:`, `\*`, `\<` and `\>` are literal. A literal comes back percent-decoded, so that both
 * spellings in a document match both spellings in a request; a "/" in it stands for `%2F`.
 * @throws PatternError when it cannot be read, or could never match a path that is let in.
 */
export function parsePattern(expression: string): readonly PathSegment[] {
  if (!expression.startsWith("/")) {
    throw new PatternError(`A path starts with "/": write ${quote(`/${expression}`)}.`);
  }
  const written = expression.slice(1).split("/");
  const segments = written.map((text, position) => {
    const segment = readSegment(text, expression);
    const last = position === written.length - 1;
    if (segment.kind === "rest" && !last) {
      throw new PatternError(
        `Nothing may follow the free wildcard ${quote(text)} in ${quote(expression)}.`,
      );
    }
    if (segment.kind === "literal" && segment.value === "" && !last) {
      throw new PatternError(
        `${quote(expression)} has an empty segment ("//"); such paths are refused.`,
      );
    }
    return segment;
  });
  refuseRepeatedNames(segments, expression);
  return segments;
}

function readSegment(text: string, expression: string): PathSegment {
  // `*` alone is a free wildcard too, as it has always been there.
  if (text === "*" || text === "**" || text === "<**>") return { kind: "rest" };
  if (text === ":*" || text === "<*>") return { kind: "one" };
  if (text.startsWith("*"))
    return { kind: "rest", name: readName(text.slice(1), text, expression) };
  if (text.startsWith(":")) return { kind: "one", name: readName(text.slice(1), text, expression) };
  if (text.startsWith("<") && text.endsWith(">")) {
    return { kind: "one", name: readName(text.slice(1, -1), text, expression) };
  }
  return { kind: "literal", value: readLiteral(text, expression) };
}

function readName(name: string, text: string, expression: string): string {
  if (wildcardName.test(name)) return name;
  throw new PatternError(
    `${quote(text)} in ${quote(expression)}: a wildcard takes a whole segment, and its name consists of ` +
      `letters, digits, "_" and "-". For a literal ${quote(text.slice(0, 1))} write ${quote(`\\${text.slice(0, 1)}`)}.`,
  );
}

function readLiteral(text: string, expression: string): string {
  const bare = text.replace(escaped, (_, character: string) => (character === "\\" ? "\\\\" : ""));
  const offence = /[\\<>?#\s]/.exec(bare)?.[0];
  if (offence !== undefined) {
    throw new PatternError(
      `${quote(text)} in ${quote(expression)}: ${offences[offence] ?? offences[" "]}`,
    );
  }
  const value = percentDecoded(text.replace(escaped, "$1"));
  if (value === undefined) {
    throw new PatternError(
      `${quote(text)} in ${quote(expression)} is not valid percent-encoding: write %25 for "%".`,
    );
  }
  if (value === "." || value === "..") {
    throw new PatternError(`${quote(expression)} has a dot segment; such paths are refused.`);
  }
  return value;
}

const offences: Readonly<Record<string, string>> = {
  "\\": "paths with a backslash are refused; it only escapes : * < and >.",
  "<": "a wildcard takes a whole segment; for a literal < write \\<.",
  ">": "a wildcard takes a whole segment; for a literal > write \\>.",
  "?": "a path expression has no query; for a literal ? write %3F.",
  "#": "a path has no fragment; for a literal # write %23.",
  " ": "a path has no white space; for a space write %20.",
};

function refuseRepeatedNames(segments: readonly PathSegment[], expression: string): void {
  const seen = new Set<string>();
  for (const segment of segments) {
    if (segment.kind === "literal" || segment.name === undefined) continue;
    if (seen.has(segment.name)) {
      throw new PatternError(
        `${quote(expression)} has two wildcards named ${quote(segment.name)}.`,
      );
    }
    seen.add(segment.name);
  }
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function quote(text: string): string {
  return `"${text}"`;
}
