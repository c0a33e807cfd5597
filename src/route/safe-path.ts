import { Refused } from "../decision.ts";

const dot = "(?:\\.|%(?:25)*2e)";
const pathParameter = "(?:;|%(?:25)*3b)";
// What some parser, decoding once or twice, takes for a separator.
const separator = "(?:/|%(?:25)*2f|%(?:25)*5c)";

const dangers: ReadonlyArray<readonly [danger: RegExp, found: string]> = [
  [/^(?!\/)/, "a path that does not start with a slash"],
  [/\\|%5c/i, "a backslash"],
  [/\/\//, "an empty segment"],
  // Servlet containers drop ";..." and see an empty segment.
  [/\/(?:;|%3b)/i, "a segment that is nothing but path parameters"],
  [new RegExp(`${separator}${dot}{1,2}(?:${pathParameter}|${separator}|$)`, "i"), "a dot segment"],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  [/[\x00-\x20\x7f]|%[01][0-9a-f]|%7f/i, "a control character or white space"],
  [/[?#]/, "a query or fragment in the path"],
];

/** Segments of letters, digits, _, ~ and -, with dots only between those, and perhaps a slash at the end. */
const plain = /^(?:\/[A-Za-z0-9_~-]+(?:\.[A-Za-z0-9_~-]+)*)+\/?$/;

/**
 * Refuses every path that two parsers could read differently: the edge would guard one resource
 * and the upstream serve another. The path is the raw one. An encoded slash is left to the rule.
 * @throws Refused route.unsafe
 */
export function checkPath(path: string): void {
  if (plain.test(path)) return;
  const danger = dangers.find(([pattern]) => pattern.test(path));
  if (danger) throw new Refused("route.unsafe", { found: danger[1] });
  if (!isEncodedUtf8(path)) throw new Refused("route.unsafe", { found: "bad percent-encoding" });
}

/** Also false for overlong forms such as %c0%af, which lenient decoders take for a slash. */
function isEncodedUtf8(path: string): boolean {
  try {
    decodeURIComponent(path);
    return path.isWellFormed();
  } catch {
    return false;
  }
}
