import { TemplateError } from "./template-error.ts";

export type Next = "object" | "key" | "colon" | "value" | "comma" | "close" | "end";

interface Frame {
  readonly kind: "object" | "array";
  readonly keys: Set<string>;
}

/** Where the walk through the JSON text is. Only what `next` names may follow. */
export interface Shape {
  frames: Frame[];
  next: ReadonlySet<Next>;
  /** Inside a string: what was read of it, and whether it is a key. */
  string?: { readonly key: boolean; readonly text: string } | undefined;
  /** How many strings have been closed. */
  closed: number;
  /** Behind a `fail`: nothing that follows is ever rendered. */
  unreachable?: boolean;
  /** Names that the outermost object may not hold. */
  readonly reserved: readonly string[];
}

const says: Readonly<Record<Next, string>> = {
  object: "{ to open the object of claims",
  key: "a claim's name in double quotation marks",
  colon: "a colon",
  value: "a value",
  comma: "a comma",
  close: "the end of the object or list",
  end: "nothing more",
};

const inString = /(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const blank = /[ \t\r\n]+/y;

/** Takes a piece of literal text. Throws TemplateError where it is no JSON. */
export function literal(text: string, offset: number, shape: Shape): void {
  let position = 0;
  while (position < text.length) {
    position = shape.string
      ? stringPart(text, position, offset, shape, shape.string)
      : token(text, position, offset, shape);
  }
}

function stringPart(
  text: string,
  position: number,
  offset: number,
  shape: Shape,
  string: { readonly key: boolean; readonly text: string },
): number {
  inString.lastIndex = position;
  const part = inString.exec(text)?.[0] ?? "";
  const end = position + part.length;
  if (end === text.length) {
    shape.string = { key: string.key, text: string.text + part };
    return end;
  }
  if (text[end] !== '"') {
    throw new TemplateError(
      text[end] === "\\"
        ? "This is no escape sequence of JSON."
        : "A string cannot break across lines.",
      offset + end,
    );
  }
  shape.string = undefined;
  shape.closed += 1;
  if (string.key) named(string.text + part, offset + position, shape);
  else ended(shape);
  return end + 1;
}

/** A claim's name is complete. */
function named(written: string, offset: number, shape: Shape): void {
  const key: unknown = JSON.parse(`"${written}"`);
  const frame = shape.frames.at(-1);
  if (typeof key !== "string" || !frame) return;
  if (shape.frames.length === 1 && shape.reserved.includes(key)) {
    throw new TemplateError(`The claim ${key} is set by the edge: leave it out.`, offset);
  }
  if (frame.keys.has(key)) {
    throw new TemplateError(`"${key}" stands here twice.`, offset);
  }
  frame.keys.add(key);
  shape.next = new Set(["colon"]);
}

/** A value is complete. */
export function ended(shape: Shape): void {
  shape.next = new Set(shape.frames.length === 0 ? ["end"] : ["comma", "close"]);
}

function token(text: string, position: number, offset: number, shape: Shape): number {
  blank.lastIndex = position;
  const space = blank.exec(text)?.[0];
  if (space !== undefined) return position + space.length;

  const { next, frames } = shape;
  const character = text[position] ?? "";
  const inside = frames.at(-1)?.kind;
  if (character === "{" && (next.has("value") || next.has("object"))) {
    frames.push({ kind: "object", keys: new Set() });
    shape.next = new Set(["key", "close"]);
    return position + 1;
  }
  if (character === "[" && next.has("value")) {
    frames.push({ kind: "array", keys: new Set() });
    shape.next = new Set(["value", "close"]);
    return position + 1;
  }
  if (next.has("close") && character === (inside === "object" ? "}" : "]")) {
    frames.pop();
    ended(shape);
    return position + 1;
  }
  if (character === "," && next.has("comma")) {
    shape.next = new Set([inside === "object" ? "key" : "value"]);
    return position + 1;
  }
  if (character === ":" && next.has("colon")) {
    shape.next = new Set(["value"]);
    return position + 1;
  }
  if (character === '"' && (next.has("key") || next.has("value"))) {
    shape.string = { key: next.has("key"), text: "" };
    return position + 1;
  }
  scalar.lastIndex = position;
  const value = next.has("value") ? scalar.exec(text)?.[0] : undefined;
  if (value !== undefined) {
    ended(shape);
    return position + value.length;
  }
  const found = String.fromCodePoint(text.codePointAt(position) ?? 0);
  throw new TemplateError(
    `${found} cannot stand here: expected ${wanted(shape)}.`,
    offset + position,
  );
}

/** What may follow, for messages. */
export function wanted(shape: Shape): string {
  if (shape.string) return "the string's closing quotation mark";
  return [...shape.next].map((one) => says[one]).join(" or ");
}
