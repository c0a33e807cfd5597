import { literalSource } from "../regex/literal.ts";
import { PatternError } from "../regex/pattern-error.ts";

/** `*`, `**`, `?`, `[a-z]`, `[!a-z]`, `{one,two}` and `\` before a character that is meant literally. */
export function globSource(glob: string): string {
  let source = "";
  let braces = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob.charAt(at);
    if (character === "*") {
      const free = glob.charAt(at + 1) === "*";
      while (glob.charAt(at + 1) === "*") at++;
      source += free ? "[\\s\\S]*" : "[^/]*";
    } else if (character === "?") {
      source += "[^/]";
    } else if (character === "\\") {
      at++;
      if (at >= glob.length) throw new PatternError(`The glob "${glob}" ends in a backslash.`);
      source += literalSource(glob.charAt(at));
    } else if (character === "[") {
      const end = glob.indexOf("]", at + 2);
      if (end === -1) throw new PatternError(`The glob "${glob}" has a "[" without its "]".`);
      source += characterClass(glob.slice(at + 1, end));
      at = end;
    } else if (character === "{") {
      braces++;
      source += "(?:";
    } else if (character === "}" && braces > 0) {
      braces--;
      source += ")";
    } else if (character === "," && braces > 0) {
      source += "|";
    } else if (character === "]" || character === "}") {
      throw new PatternError(
        `The glob "${glob}" has a "${character}" that nothing opens: write "\\${character}".`,
      );
    } else {
      source += literalSource(character);
    }
  }
  if (braces > 0) throw new PatternError(`The glob "${glob}" has a "{" without its "}".`);
  return source;
}

function characterClass(inside: string): string {
  const negated = inside.startsWith("!");
  const members = (negated ? inside.slice(1) : inside).replace(/[\\^[\]]/g, "\\$&");
  return `[${negated ? "^" : ""}${members}]`;
}
