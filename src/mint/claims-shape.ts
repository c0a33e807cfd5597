import type { Emission, Template, TemplateNode } from "../configuration.ts";
import { TemplateError } from "./template-error.ts";
import type { LocatedNode } from "./template-parser.ts";

/** RFC 7519 section 4.1: ours to set, so that no document can lend a token to someone else. */
export const reservedClaims = ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"] as const;

type Next = "object" | "key" | "colon" | "value" | "comma" | "close" | "end";

interface Frame {
  readonly kind: "object" | "array";
  readonly keys: Set<string>;
}

/** Where the walk through the JSON text is. Only what `next` names may follow. */
interface Shape {
  frames: Frame[];
  next: ReadonlySet<Next>;
  /** Inside a string: what was read of it, and whether it is a key. */
  string?: { readonly key: boolean; readonly text: string } | undefined;
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

/**
 * Shows that whatever the actions emit, the output is one JSON object with the claims that are
 * written here and no others. Throws TemplateError.
 */
export function shapeClaims(nodes: readonly LocatedNode[], length: number): Template {
  const shape: Shape = { frames: [], next: new Set(["object"]) };
  const template = walk(nodes, shape);
  if (!shape.next.has("end") || shape.string) {
    throw new TemplateError(`The claims end too early: expected ${wanted(shape)}.`, length);
  }
  return template;
}

function walk(nodes: readonly LocatedNode[], shape: Shape): Template {
  return nodes.map((node) => shaped(node, shape));
}

function shaped(node: LocatedNode, shape: Shape): TemplateNode {
  switch (node.kind) {
    case "text":
      literal(node.text, node.offset, shape);
      return { kind: "text", text: node.text };
    case "assign":
      return node;
    case "emit":
      return { kind: "emit", value: node.value, as: emission(node, shape) };
    case "if":
      return conditional(node, shape);
  }
}

function emission(node: Extract<LocatedNode, { kind: "emit" }>, shape: Shape): Emission {
  const { offset, value } = node;
  if (shape.string) {
    if (shape.string.key) {
      throw new TemplateError("A claim's name must be written literally.", offset);
    }
    if (value.kind === "call" && value.name === "quote") {
      throw new TemplateError(
        "quote brings its own quotation marks: leave quote out, or those around the action.",
        offset,
      );
    }
    return "string";
  }
  if (!shape.next.has("value")) {
    throw new TemplateError(
      `An action stands for a value, or for a part of a string; expected ${wanted(shape)}.`,
      offset,
    );
  }
  ended(shape);
  return "json";
}

function conditional(node: Extract<LocatedNode, { kind: "if" }>, shape: Shape): TemplateNode {
  const other = copy(shape);
  const whenTrue = walk(node.whenTrue, shape);
  const whenFalse = walk(node.whenFalse, other);
  join(shape, other, node.offset);
  return { kind: "if", condition: node.condition, whenTrue, whenFalse };
}

/** What may follow an if is what may follow either branch; where that is nothing, they disagree. */
function join(shape: Shape, other: Shape, offset: number): void {
  if (shape.string?.key || other.string?.key) {
    throw new TemplateError("A claim's name must be written literally.", offset);
  }
  const next = new Set([...shape.next].filter((one) => other.next.has(one)));
  const alike =
    next.size > 0 &&
    (shape.string === undefined) === (other.string === undefined) &&
    shape.frames.length === other.frames.length &&
    shape.frames.every((frame, index) => frame.kind === other.frames[index]?.kind);
  if (!alike) {
    throw new TemplateError(
      "Both branches of this if must leave the JSON at the same place: a whole value, or a whole claim with its comma, in each. Is an {{ else }} missing?",
      offset,
    );
  }
  for (const [index, frame] of shape.frames.entries()) {
    for (const key of other.frames[index]?.keys ?? []) frame.keys.add(key);
  }
  shape.next = next;
}

function copy(shape: Shape): Shape {
  const frames = shape.frames.map(({ kind, keys }) => ({ kind, keys: new Set(keys) }));
  return { frames, next: shape.next, string: shape.string };
}

const inString = /(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const blank = /[ \t\r\n]+/y;

function literal(text: string, offset: number, shape: Shape): void {
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
  if (string.key) named(string.text + part, offset + position, shape);
  else ended(shape);
  return end + 1;
}

/** A claim's name is complete. */
function named(written: string, offset: number, shape: Shape): void {
  const key: unknown = JSON.parse(`"${written}"`);
  const frame = shape.frames.at(-1);
  if (typeof key !== "string" || !frame) return;
  if (shape.frames.length === 1 && reservedClaims.some((claim) => claim === key)) {
    throw new TemplateError(`The claim ${key} is set by the edge: leave it out.`, offset);
  }
  if (frame.keys.has(key)) {
    throw new TemplateError(`"${key}" stands here twice.`, offset);
  }
  frame.keys.add(key);
  shape.next = new Set(["colon"]);
}

/** A value is complete. */
function ended(shape: Shape): void {
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

function wanted(shape: Shape): string {
  if (shape.string) return "the string's closing quotation mark";
  return [...shape.next].map((one) => says[one]).join(" or ");
}
