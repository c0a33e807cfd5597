/** Nearly every line, and told ten times faster. */
const plain = /^[\x20-\x7e]*$/;
/**
 * What a terminal or a log viewer acts on, or shows otherwise than it is: control characters, line
 * and paragraph separators, bidirectional and other invisible format characters (CVE-2021-42574).
 */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One line of JSON that stays one line and reads as it is, whatever a client sent. */
export function logLine(entry: object): string {
  const line = JSON.stringify(entry);
  return plain.test(line) ? line : line.replace(unseen, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
