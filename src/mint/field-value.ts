// Noncharacters, which Unicode keeps for use inside of a program.
const held = { "\n": "\ufdd0", "\r": "\ufdd1" } as const;

/** A value's own line breaks, told apart from those of the template that it stands in. */
export function heldTogether(value: string): string {
  return value
    .replace(/[\ufdd0\ufdd1]/g, "\ufffd")
    .replaceAll("\n", held["\n"])
    .replaceAll("\r", held["\r"]);
}

/** White space around a text. Without the look behind, a run inside of it would cost its square. */
export const around = /^[ \t\r\n]+|(?<![ \t\r\n])[ \t\r\n]+$/g;

/**
 * A text as a header carries it: visible ASCII, space and tab as they are, and anything else as an
 * RFC 8187 section 3.2 ext-value, UTF-8''%C3%A9. So is an ASCII text that looks like one: no two
 * texts are one value.
 */
export function fieldValue(line: string): string {
  const text = line.replaceAll(held["\n"], "\n").replaceAll(held["\r"], "\r").replace(around, "");
  if (/^[\t\x20-\x7e]*$/.test(text) && !/^utf-8'/i.test(text)) return text;
  return `UTF-8''${encodeURIComponent(text.toWellFormed()).replace(/['()*]/g, percent)}`;
}

/** RFC 8187 section 3.2.1: not among attr-char, and left alone by encodeURIComponent. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
