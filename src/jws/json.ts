export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Deeper than any token, proof or key set has a reason to be. */
const maxDepth = 32;

const numberStart = "-0123456789";
const number = /[-+.\deE]+/y;

/**
 * JSON as RFC 8259 section 4 and RFC 7515 section 4 want it: undefined when it does not parse, when
 * an object names a member twice at any depth, nests deeper than 32 or holds a number without a
 * finite value. Two parsers can then not read two different things.
 */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isPlain(value, text) || isUnambiguous(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Neither null nor an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Most texts are exactly what JSON.stringify writes, and no deeper than one object: such a text
 * says nothing that the value does not. A member named twice would be in it once, an infinite
 * number as null.
 */
function isPlain(value: JsonValue, text: string): boolean {
  return text.lastIndexOf("{") === 0 && !text.includes("[") && JSON.stringify(value) === text;
}

/** Expects text that JSON.parse took. By hand, since every token and proof passes here. */
function isUnambiguous(text: string): boolean {
  const open: Set<string>[] = [];
  let latest = "";
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        latest = text.slice(at, end + 1);
        at = end;
        break;
      }
      case ":":
        if (isRepeated(latest, open.at(-1))) return false;
        break;
      case "{":
      case "[":
        if (open.push(new Set()) > maxDepth) return false;
        break;
      case "}":
      case "]":
        open.pop();
        break;
      default:
        if (!numberStart.includes(text[at] ?? " ")) break;
        number.lastIndex = at;
        if (!Number.isFinite(Number(number.exec(text)?.[0]))) return false;
        at = number.lastIndex - 1;
    }
  }
  return true;
}

/** The index of the quote that closes the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function isRepeated(quoted: string, names: Set<string> | undefined): boolean {
  // Decoded: "\u0061" and "a" are one name.
  const name: string = quoted.includes("\\") ? JSON.parse(quoted) : quoted.slice(1, -1);
  if (names === undefined || names.has(name)) return true;
  names.add(name);
  return false;
}
