import { globSource } from "./glob.ts";
import { PatternError } from "./pattern-error.ts";
import { literalSource, regexSource } from "./regex.ts";

/**
 * The anchored source, for the `u` flag, of the regular expression that a captured value must
 * match as a whole. A glob's `*` and `?` stop at "/", `**` does not.
 * @throws PatternError when the value cannot be read, or could be made to run for very long.
 */
export function captureSource(type: "glob" | "regex" | "exact", value: string): string {
  if (value === "") throw new PatternError("A capture needs a value that is not empty.");
  switch (type) {
    case "exact":
      return anchored(literalSource(value));
    case "glob":
      return anchored(globSource(value));
    case "regex":
      return anchored(regexSource(value));
  }
}

function anchored(source: string): string {
  const whole = `^(?:${source})$`;
  try {
    new RegExp(whole, "u");
    return whole;
  } catch (error) {
    throw new PatternError(
      `It is not a regular expression that can be used here: ${error instanceof Error ? error.message : "unreadable"}.`,
    );
  }
}
