import type { Emission, Template, TemplateNode } from "../configuration.ts";
import { ended, literal, type Next, type Shape, wanted } from "./json-shape.ts";
import { TemplateError } from "./template-error.ts";
import type { LocatedNode } from "./template-parser.ts";

/** RFC 7519 section 4.1: ours to set, so that no document can lend a token to someone else. */
export const reservedClaims = ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"] as const;

/** A loop that moves on in the JSON: what it comes to depends on how often it runs. */
export class LoopError extends TemplateError {}

/**
 * Shows that whatever the actions emit, the output is one JSON object with the claims that are
 * written here and no others. Throws TemplateError, and LoopError where a loop makes that depend.
 */
export function shapeClaims(
  nodes: readonly LocatedNode[],
  length: number,
  open: readonly string[] = [],
): Template {
  const reserved = reservedClaims.filter((claim) => !open.includes(claim));
  return shapeFrom("object", reserved, nodes, length);
}

/** The same for any JSON value, whatever its names. */
export function shapePayload(nodes: readonly LocatedNode[], length: number): Template {
  return shapeFrom("value", [], nodes, length);
}

function shapeFrom(
  next: Next,
  reserved: readonly string[],
  nodes: readonly LocatedNode[],
  length: number,
): Template {
  const shape: Shape = { frames: [], next: new Set([next]), reserved, closed: 0 };
  const template = walk(nodes, shape);
  if (!shape.unreachable && (!shape.next.has("end") || shape.string)) {
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
      if (!shape.unreachable) literal(node.text, node.offset, shape);
      return { kind: "text", text: node.text };
    case "assign":
      return node;
    case "emit":
      return { kind: "emit", value: node.value, as: emission(node, shape) };
    case "if":
      return conditional(node, shape);
    case "range":
      return loop(node, shape);
  }
}

function emission(node: Extract<LocatedNode, { kind: "emit" }>, shape: Shape): Emission {
  const { offset, value } = node;
  if (value.kind === "call" && value.name === "fail") shape.unreachable = true;
  if (shape.unreachable) return "json";
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
  // An action for the whole object: that it is one is judged when it is rendered.
  if (!shape.next.has("value") && !shape.next.has("object")) {
    throw new TemplateError(
      `An action stands for a value, or for a part of a string; expected ${wanted(shape)}.`,
      offset,
    );
  }
  ended(shape);
  return "json";
}

/** Proven only where a round leaves the JSON where it found it: inside a string. */
function loop(node: Extract<LocatedNode, { kind: "range" }>, shape: Shape): TemplateNode {
  const { offset: _, ...rest } = node;
  if (shape.string === undefined || shape.string.key) {
    throw new LoopError("A loop that moves on in the JSON.", node.offset);
  }
  const inside = copy(shape);
  const body = walk(node.body, inside);
  const none = copy(shape);
  const whenEmpty = walk(node.whenEmpty, none);
  for (const each of [inside, none]) {
    if (each.closed !== shape.closed) {
      throw new LoopError("A loop that moves on in the JSON.", node.offset);
    }
  }
  return { ...rest, body, whenEmpty };
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
  if (other.unreachable) return;
  if (shape.unreachable) {
    Object.assign(shape, other, { unreachable: false });
    return;
  }
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
  return { ...shape, frames };
}
