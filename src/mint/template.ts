import type { Template, TemplateNode } from "../configuration.ts";
import { shapeClaims } from "./claims-shape.ts";
import { type LocatedNode, parse } from "./template-parser.ts";

export { reservedClaims } from "./claims-shape.ts";
export { TemplateError } from "./template-error.ts";

/**
 * Compiles a template of text, such as a header's value, for `renderText`.
 * Throws TemplateError with the offset of what is outside the subset of Go templates.
 */
export function parseTemplate(source: string): Template {
  return parse(source).map(asText);
}

/**
 * Compiles a template of claims for `renderClaims`: the same, and its literal text must be one JSON
 * object whose names are all literal, none twice and none of those that RFC 7519 section 4.1 keeps
 * for us; actions stand for a value or for a part of a string. Throws TemplateError.
 */
export function parseClaims(source: string): Template {
  return shapeClaims(parse(source), source.length);
}

function asText(node: LocatedNode): TemplateNode {
  switch (node.kind) {
    case "text":
      return { kind: "text", text: node.text };
    case "emit":
      return { kind: "emit", value: node.value, as: "text" };
    case "assign":
      return node;
    case "if":
      return {
        kind: "if",
        condition: node.condition,
        whenTrue: node.whenTrue.map(asText),
        whenFalse: node.whenFalse.map(asText),
      };
  }
}
