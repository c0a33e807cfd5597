import type { Emission, Template, TemplateExpression } from "../configuration.ts";
import { Fault } from "../decision.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../jws/json.ts";
import { around, fieldValue, heldTogether } from "./field-value.ts";
import type { Budget, Loops, Placement, Regexes } from "./language.ts";
import { below, cookie, member, type Seen, valueAt } from "./template-data.ts";
import { isTrue, JsonText, json, queryEscaped, text } from "./template-values.ts";

export type { Seen } from "./template-data.ts";

/** Renders what parseTemplate compiled. What is missing renders as nothing. */
export function renderText(template: Template, data: Seen): string {
  return rendered(template, data, ["text"]);
}

/**
 * The same, for a header's value. Throws a Fault where the output holds a control character or one
 * outside ASCII, which runtimes put on the wire differently, rather than to send another value than
 * was meant: urlenc makes any text fit.
 */
export function renderHeader(template: Template, data: Seen): string {
  // A block scalar of YAML ends in a line feed; HTTP takes no note of white space around a value.
  const value = renderText(template, data).replace(around, "");
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  throw new Fault(
    "A header's template rendered a character that headers cannot carry: use urlenc in it.",
  );
}

/**
 * The fields of a header finalizer: one a line of the template. A line feed that came with a value
 * is part of it: a claim must not become a second field.
 */
export function renderFields(template: Template, data: Seen): readonly string[] {
  const lines = rendered(template, data, ["text"], heldTogether).split(/\r?\n/);
  const values = lines.map(fieldValue).filter((value) => value !== "");
  return values.length === 0 ? [""] : values;
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
  return rendered(template, data, ["json", "string", "placed"]);
}

/**
 * Renders what parsePayload compiled: as a JSON text whose values are escaped by construction where
 * the template is one, else as a plain text.
 */
export function renderPayload(template: Template, data: Seen): string {
  return rendered(template, data, ["text", "json", "string", "placed"]);
}

/** The same for a page: a client chooses what is rendered, and must not write markup by it. */
export function renderMarkup(template: Template, data: Seen): string {
  return rendered(template, data, ["text", "json", "string", "placed"], escapedMarkup);
}

function escapedMarkup(value: string): string {
  return value.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
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
  readonly budget: Budget | undefined;
  readonly placement?: Placement | undefined;
  /** What becomes of a value's text. */
  readonly held?: ((value: string) => string) | undefined;
}

function rendered(
  template: Template,
  data: Seen,
  emissions: readonly Emission[],
  held?: (value: string) => string,
): string {
  const placement = data.language?.loops?.placement(template);
  const variables = new Map<string, unknown>();
  return render(template, {
    data,
    variables,
    emissions,
    budget: data.language?.bounds?.(),
    placement,
    held,
  });
}

function render(template: Template, rendering: Rendering): string {
  const { budget, placement, variables } = rendering;
  budget?.spend(1);
  let output = "";
  for (const node of template) {
    switch (node.kind) {
      case "text":
        budget?.spend(node.text.length);
        placement?.wrote(node.text);
        output += node.text;
        break;
      case "emit":
        if (!rendering.emissions.includes(node.as)) {
          throw new Fault("A template of text was used for claims, or the reverse.");
        }
        output += emitted(evaluate(node.value, rendering), node.as, rendering);
        break;
      case "assign":
        variables.set(node.name, evaluate(node.value, rendering));
        break;
      case "if":
        output += render(
          isTrue(evaluate(node.condition, rendering)) ? node.whenTrue : node.whenFalse,
          rendering,
        );
        break;
      case "range":
        output += loops(rendering.data).range(
          node,
          evaluate(node.over, rendering),
          variables,
          (body) => render(body, rendering),
        );
        break;
    }
  }
  return output;
}

function emitted(value: unknown, as: Emission, rendering: Rendering): string {
  rendering.budget?.weigh(value);
  const held = rendering.held ?? ((written: string) => written);
  switch (as) {
    case "text":
      return held(text(value));
    case "json":
      return held(json(value));
    case "string":
      return held(JSON.stringify(text(value)).slice(1, -1));
    case "placed":
      if (!rendering.placement) throw new Fault("This build holds no loops of templates.");
      return emitted(value, rendering.placement.emission(), rendering);
  }
}

function loops({ language }: Seen): Loops {
  if (language?.loops) return language.loops;
  throw new Fault("This build holds no loops of templates.");
}

function regexes({ language }: Seen): Regexes {
  if (language?.regexes) return language.regexes;
  throw new Fault("This build holds no regular expressions of templates.");
}

function evaluate(expression: TemplateExpression, rendering: Rendering): unknown {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "field":
      return expression.root === ""
        ? valueAt(expression.path, rendering.data)
        : below(rendering.variables.get(expression.root), expression.path);
    case "choose": {
      let value: unknown;
      for (const one of expression.of) {
        value = evaluate(one, rendering);
        if (isTrue(value) === expression.until) break;
      }
      return value;
    }
    case "call": {
      const values = expression.arguments.map((argument) => evaluate(argument, rendering));
      return call(expression.name, values, rendering);
    }
    case "regex": {
      const values = expression.arguments.map((argument) => evaluate(argument, rendering));
      return regexes(rendering.data)(expression, values, rendering.budget);
    }
  }
}

function call(name: string, values: readonly unknown[], { data, budget }: Rendering): unknown {
  const [first, second] = values;
  const { functions = {} } = data.language ?? {};
  switch (name) {
    case "quote":
      budget?.weigh(first);
      return new JsonText(JSON.stringify(text(first)));
    case "toJson":
      budget?.weigh(first);
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
      return data.request.headers.get(text(first)) ?? "";
    case "cookie":
      return cookie(data.request.headers, text(first));
  }
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!known) throw new Fault(`This build holds no template function ${name}.`);
  for (const value of values) budget?.weigh(value);
  return known(...values);
}
