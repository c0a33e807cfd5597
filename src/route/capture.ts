import { refuseSlow } from "../regex/cost.ts";
import { literalSource } from "../regex/literal.ts";
import { PatternError } from "../regex/pattern-error.ts";
import { re2 } from "../regex/re2.ts";
import { globSource } from "./glob.ts";

/**
 * The anchored source, for the `u` flag, of the regular expression that a captured value must
 * match as a whole. A glob's `*` and `?` stop at "/", `**` does not.
 * @throws PatternError when the value cannot be read, or could be made to run for very long.
 */
export function captureSource(type: "glob" | "regex" | "exact", value: string): string {
  if (value === "") throw new PatternError("A capture needs a value that is not empty.");
  const source = anchored(sourceOf(type, value));
  refuseSlow(source, value);
  return source;
}

function sourceOf(type: "glob" | "regex" | "exact", value: string): string {
  switch (type) {
    case "exact":
      return literalSource(value);
    case "glob":
      return globSource(value);
    case "regex":
      return re2(value).source;
  }
}

function anchored(source: string): string {
  const whole = `^(?:${source})$`;
  try {
    // Alone first: "a)|(?:b" would be well-formed inside the anchors, and escape them.
    new RegExp(source, "u");
    new RegExp(whole, "u");
    return whole;
  } catch (error) {
    throw new PatternError(
      `It cannot be used as a regular expression here: ${error instanceof Error ? error.message : "unreadable"}.`,
    );
  }
}
