export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Deeper than any token, proof or key set has a reason to be. */
const maxDepth = 32;

/** In valid JSON: strings, the structure around them, and numbers. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]|-?\d[\d.eE+-]*/g;

/**
 * JSON as RFC 8259 section 4 and RFC 7515 section 4 want it: undefined when it does not parse, when
 * an object names a member twice at any depth, nests deeper than 32 or holds a number without a
 * finite value. Two parsers can then not read two different things.
 */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isUnambiguous(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Neither null nor an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Expects text that JSON.parse took. */
function isUnambiguous(text: string): boolean {
  const open: Set<unknown>[] = [];
  let latest = "";
  for (const [token] of text.matchAll(tokens)) {
    if (token === "{" || token === "[") {
      if (open.push(new Set()) > maxDepth) return false;
    } else if (token === "}" || token === "]") {
      open.pop();
    } else if (token === ":") {
      // Decoded: "\u0061" and "a" are one name.
      const name: unknown = JSON.parse(latest);
      const names = open.at(-1);
      if (names === undefined || names.has(name)) return false;
      names.add(name);
    } else if (token.startsWith('"')) {
      latest = token;
    } else if (!Number.isFinite(Number(token))) {
      return false;
    }
  }
  return true;
}
