import { PatternError } from "./pattern-error.ts";

/** A regular expression that matches the text and nothing else. */
export function literalSource(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Takes a regular expression in the syntax that such documents use (RE2) to this engine's. */
export function regexSource(regex: string): string {
  if (regex.includes("[[:")) {
    throw new PatternError(
      `"${regex}": classes such as [[:alpha:]] are unknown here; write [A-Za-z].`,
    );
  }
  const source = regex.replaceAll("(?P<", "(?<");
  const flags = /^\(\?([ims]+)\)/.exec(source);
  return flags === null ? source : `(?${flags[1] ?? ""}:${source.slice(flags[0].length)})`;
}
