import type { Emission, Template, TemplateExpression } from "../configuration.ts";
import { Fault } from "../decision.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../jws/json.ts";
import { below, cookie, member, type Seen, valueAt } from "./template-data.ts";

export type { Seen } from "./template-data.ts";

/** JSON that quote or toJson wrote. A class, so that no claim of a token can pass for one. */
class JsonText {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  get text(): string {
    return this.#text;
  }
}

/** Renders what parseTemplate compiled. What is missing renders as nothing. */
export function renderText(template: Template, data: Seen): string {
  return render(template, { data, variables: new Map(), emissions: ["text"] });
}

/**
 * The same, for a header's value. Throws a Fault where the output holds a control character or one
 * outside ASCII, which runtimes put on the wire differently, rather than to send another value than
 * was meant: urlenc makes any text fit.
 */
export function renderHeader(template: Template, data: Seen): string {
  // A block scalar of YAML ends in a line feed; HTTP takes no note of white space around a value.
  const value = renderText(template, data).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  throw new Fault(
    "A header's template rendered a character that headers cannot carry: use urlenc in it.",
  );
}

/** A step's `values`, rendered; the templates beside them see them as .Values. */
export function valuesOf(
  templates: Readonly<Record<string, Template>>,
  seen: Seen,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(templates).map(([name, template]) => [name, renderText(template, seen)]),
  );
}

/** The text of the object of claims that parseClaims compiled a template for. */
export function renderClaimsText(template: Template, data: Seen): string {
  return render(template, { data, variables: new Map(), emissions: ["json", "string"] });
}

/**
 * Renders what parseClaims compiled: the values are escaped by construction, so that none can add
 * or change a claim. Throws a Fault when the output is not a JSON object.
 */
export function renderClaims(template: Template, data: Seen): JsonObject {
  return claimsOf(renderClaimsText(template, data));
}

/** Throws a Fault when the text is not a JSON object. */
export function claimsOf(text: string): JsonObject {
  const claims = parsed(text);
  if (isJsonObject(claims)) return claims;
  throw new Fault("The claims template did not render a JSON object.");
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Rendering {
  readonly data: Seen;
  readonly variables: Map<string, unknown>;
  /** What the template may emit: text among claims would be text that nobody escaped. */
  readonly emissions: readonly Emission[];
}

function render(template: Template, rendering: Rendering): string {
  let output = "";
  for (const node of template) {
    switch (node.kind) {
      case "text":
        output += node.text;
        break;
      case "emit":
        if (!rendering.emissions.includes(node.as)) {
          throw new Fault("A template of text was used for claims, or the reverse.");
        }
        output += emitted(evaluate(node.value, rendering), node.as);
        break;
      case "assign":
        rendering.variables.set(node.name, evaluate(node.value, rendering));
        break;
      case "if":
        output += render(
          isTrue(evaluate(node.condition, rendering)) ? node.whenTrue : node.whenFalse,
          rendering,
        );
        break;
    }
  }
  return output;
}

function emitted(value: unknown, as: Emission): string {
  switch (as) {
    case "text":
      return text(value);
    case "json":
      return json(value);
    case "string":
      return JSON.stringify(text(value)).slice(1, -1);
  }
}

function evaluate(expression: TemplateExpression, rendering: Rendering): unknown {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "field":
      return expression.root === ""
        ? valueAt(expression.path, rendering.data)
        : below(rendering.variables.get(expression.root), expression.path);
    case "call": {
      const values = expression.arguments.map((argument) => evaluate(argument, rendering));
      return call(expression.name, values, rendering.data);
    }
  }
}

function call(name: string, values: readonly unknown[], { request }: Seen): unknown {
  const [first, second] = values;
  switch (name) {
    case "quote":
      return new JsonText(JSON.stringify(text(first)));
    case "toJson":
      return new JsonText(json(first instanceof JsonText ? first.text : first));
    case "urlenc":
      return queryEscaped(text(first));
    case "default":
      return isTrue(second) ? second : first;
    case "index":
      return values
        .slice(1)
        .reduce<unknown>(
          (inner, key) =>
            typeof key === "string" || typeof key === "number" ? member(inner, key) : undefined,
          first,
        );
    case "header":
      return request.headers.get(text(first)) ?? "";
    case "cookie":
      return cookie(request.headers, text(first));
    default:
      throw new Fault(`There is no template function ${name}.`);
  }
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return json(value);
}

function json(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  return JSON.stringify(value) ?? "null";
}

/** Go's: false, 0, nothing, and what is empty are false. */
function isTrue(value: unknown): boolean {
  if (value instanceof JsonText) return value.text !== "";
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** As Go's url.QueryEscape. */
function queryEscaped(value: string): string {
  return encodeURIComponent(value.toWellFormed())
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
