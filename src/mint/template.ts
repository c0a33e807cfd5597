import type { Template, TemplateNode } from "../configuration.ts";
import { LoopError, shapeClaims, shapePayload } from "./claims-shape.ts";
import { firstText } from "./first-text.ts";
import { TemplateError } from "./template-error.ts";
import { type LocatedNode, parse } from "./template-parser.ts";

export { reservedClaims } from "./claims-shape.ts";
export { TemplateError } from "./template-error.ts";

/**
 * Compiles a template of text, such as a header's value, for `renderText`.
 * Throws TemplateError with the offset of what is outside the subset of Go templates.
 */
export function parseTemplate(source: string): Template {
  return emitting(parse(source), "text");
}

/**
 * Compiles a template of claims for `renderClaims`: the same, and its literal text must be one JSON
 * object whose names are all literal, none twice and none of those that RFC 7519 section 4.1 keeps
 * for us; actions stand for a value or for a part of a string, or one for the whole object. Inside
 * loops this is judged when it is rendered. Throws TemplateError.
 * @param open claims that the document may set, although they are ours elsewhere
 */
export function parseClaims(source: string, open: readonly string[] = []): Template {
  const nodes = parse(source);
  try {
    return shapeClaims(nodes, source.length, open);
  } catch (error) {
    if (error instanceof LoopError) return emitting(nodes, "placed");
    throw error;
  }
}

/**
 * Compiles the template of a request's body for `renderPayload`. Where its literal text is JSON the
 * values are escaped like those of claims; else it is a text. Throws TemplateError, also for what
 * begins as JSON and is none: a comma too many would leave every value in it unescaped.
 */
export function parsePayload(source: string): Template {
  const nodes = parse(source);
  try {
    return shapePayload(nodes, source.length);
  } catch (error) {
    if (error instanceof LoopError) return emitting(nodes, "placed");
    if (!(error instanceof TemplateError)) throw error;
    if (/^[[{]/.test(firstText(nodes)) && emits(nodes)) {
      throw new TemplateError(`What begins as JSON must be JSON: ${error.message}`, error.offset);
    }
    return emitting(nodes, "text");
  }
}

function emits(nodes: readonly LocatedNode[]): boolean {
  return nodes.some((node) => {
    switch (node.kind) {
      case "if":
        return emits(node.whenTrue) || emits(node.whenFalse);
      case "range":
        return emits(node.body) || emits(node.whenEmpty);
      default:
        return node.kind === "emit";
    }
  });
}

function emitting(nodes: readonly LocatedNode[], as: "text" | "placed"): Template {
  return nodes.map((node) => emittingNode(node, as));
}

function emittingNode(node: LocatedNode, as: "text" | "placed"): TemplateNode {
  switch (node.kind) {
    case "text":
      return { kind: "text", text: node.text };
    case "emit":
      return { kind: "emit", value: node.value, as };
    case "assign":
      return node;
    case "if": {
      const { condition } = node;
      const whenTrue = emitting(node.whenTrue, as);
      return { kind: "if", condition, whenTrue, whenFalse: emitting(node.whenFalse, as) };
    }
    case "range": {
      const { offset: _, ...loop } = node;
      const body = emitting(node.body, as);
      return { ...loop, body, whenEmpty: emitting(node.whenEmpty, as) };
    }
  }
}
