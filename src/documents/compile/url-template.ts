import type { Template, TemplateExpression } from "../../configuration.ts";
import { firstText } from "../../mint/first-text.ts";
import type { Place, Report } from "../report.ts";
import { compileTemplate } from "./templates.ts";

/** A URL whose scheme and host are written out and whose rest may be a template. */
export interface UrlTemplate {
  readonly origin: string;
  readonly template: Template;
}

/** @param values the templates of `.Values` beside it */
export function compileUrl(
  source: string,
  values: Readonly<Record<string, Template>>,
  place: Place,
  report: Report,
): UrlTemplate | undefined {
  const origin = /^https?:\/\/[^/?#{}\\@\s]+(?=[/?]|$)/.exec(source.trim())?.[0];
  if (origin === undefined || !URL.canParse(origin)) {
    report.problem(place, {
      reason: "scheme and host of a URL are written out: a template begins after them",
    });
    return undefined;
  }
  const template = compileTemplate(source, place, report);
  return template && { origin: new URL(origin).origin, template: encoded(template, values) };
}

/**
 * What a request brings must stay one part of a URL, or one value of a form: it is encoded, unless the template does so.
 * `.Values` that the document writes out may hold slashes.
 */
export function encoded(template: Template, values: Readonly<Record<string, Template>>): Template {
  return template.map((node) => {
    switch (node.kind) {
      case "emit":
        return isSafe(node.value, values)
          ? node
          : { ...node, value: { kind: "call", name: "urlpart", arguments: [node.value] } };
      case "if":
        return {
          ...node,
          whenTrue: encoded(node.whenTrue, values),
          whenFalse: encoded(node.whenFalse, values),
        };
      case "range":
        return {
          ...node,
          body: encoded(node.body, values),
          whenEmpty: encoded(node.whenEmpty, values),
        };
      default:
        return node;
    }
  });
}

/** Whether it is a body of fields, `name=value`, whatever is assigned before the first of them. */
export function isForm(template: Template): boolean {
  return /^[\w.[\]-]+=/.test(firstText(template));
}

function isSafe(value: TemplateExpression, values: Readonly<Record<string, Template>>): boolean {
  if (value.kind === "literal") return true;
  if (value.kind === "call") return value.name === "urlenc";
  if (value.kind !== "field" || value.root !== "" || value.path[0] !== "Values") return false;
  return values[value.path[1] ?? ""]?.every((node) => node.kind === "text") ?? false;
}
