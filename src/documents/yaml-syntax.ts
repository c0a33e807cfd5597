import type { YAMLError } from "yaml";
import type { Position, ReadingComplaint } from "./reading.ts";

/** What the parser found wrong, in words for whoever wrote the text. */
export function syntaxComplaints(
  errors: readonly YAMLError[],
  text: string,
  positionOf: (offset: number) => Position,
): ReadingComplaint[] {
  const tabs = errors.filter(({ code }) => code === "TAB_AS_INDENT");
  // What follows a tab is read at another depth: it would all be told too. One mistake can make thousands.
  return (tabs.length > 0 ? tabs : errors).slice(0, 20).map((error) => {
    const position = positionOf(error.pos[0]);
    const line = text.split("\n")[position.line - 1] ?? "";
    const said = words(error, text);
    return { path: [], position, ...said, ...(isUnquoted(line) ? { suggestion: quoteHint } : {}) };
  });
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is to be written
const quoteHint = 'inside [ ] and { } write quotes around "${NAME}"';

function isUnquoted(line: string): boolean {
  const reference = line.indexOf("${");
  return /[[{]/.test(line.slice(0, Math.max(reference, 0)));
}

function words({ code, message, pos }: YAMLError, text: string) {
  const reason = message.trim();
  switch (code) {
    case "TAB_AS_INDENT":
      return { reason, suggestion: "write spaces" };
    case "DUPLICATE_KEY": {
      const [key = ""] = /^["']?[\w.-]+/.exec(text.slice(pos[0])) ?? [];
      return {
        reason: `the key ${key} is there twice: keys must be unique`,
        suggestion: "remove one of them",
      };
    }
    case "MULTIPLE_DOCS":
      return {
        reason: "a second document begins here",
        suggestion: "remove ---, or write a file for each",
      };
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        reason,
        suggestion: 'write quotes around a value that has ": " in it, or mend the indentation',
      };
    case "BAD_SCALAR_START":
      return { reason, suggestion: "write quotes around it" };
    default:
      return { reason };
  }
}
