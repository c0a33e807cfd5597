import { isMap, isScalar } from "yaml";
import type { Conversion } from "./conversion.ts";
import { at, entries, itemsOf, nameOf, pairOf, remove, set, textAt } from "./edit.ts";

/** What an error handler was for, by its id: CEL, or undefined where only a person can say it. */
export type Conditions = ReadonlyMap<string, string | undefined>;

/** Up to 0.14 the mechanism said when an error handler is for an error: today its steps do, in CEL. */
export function convertErrorHandlers(conversion: Conversion): Conditions {
  const { document } = conversion;
  const conditions = new Map<string, string | undefined>();
  for (const entry of entries(document.contents, "error_handlers")) {
    const found = takeCondition(entry) ?? takeCondition(at(entry, "config"));
    if (found) conditions.set(textAt(entry, "id") ?? "", found.expression);
  }
  convertErrorSteps(at(document.contents, "default_rule"), conditions, conversion);
  return conditions;
}

/** The steps of a rule, or of the default rule: without its condition a handler would answer every error. */
export function convertErrorSteps(
  rule: unknown,
  conditions: Conditions,
  { document, todo }: Conversion,
): void {
  for (const step of itemsOf(at(rule, "on_error"))) {
    const handler = textAt(step, "error_handler") ?? "";
    const config = at(step, "config");
    const own = takeCondition(config);
    if (own && isMap(config) && config.items.length === 0) remove(step, "config");
    if (pairOf(step, "if") || (!own && !conditions.has(handler))) continue;
    const expression = own ? own.expression : conditions.get(handler);
    if (expression !== undefined) set(document, step, "if", expression);
    else {
      // An `if` that is nothing does not compile: nobody takes it for "always".
      set(document, step, "if", null);
      todo(pairOf(step, "if"), "left", `write as if what \`when\` of ${handler} said`);
    }
  }
}

/** `if` or `when`, taken away. */
function takeCondition(node: unknown): { readonly expression: string | undefined } | undefined {
  const condition = textAt(node, "if");
  if (condition !== undefined) {
    remove(node, "if");
    return { expression: condition };
  }
  const when = pairOf(node, "when");
  if (!when) return undefined;
  remove(node, "when");
  return { expression: conditionOf(when.value) };
}

/** All of the list; in each one of the errors, and one of the headers. */
function conditionOf(when: unknown): string | undefined {
  const all = itemsOf(when).map((one) => {
    const parts = [errors(at(one, "error")), headers(at(one, "request_headers"))];
    const known = ["error", "request_headers"];
    const others = pairNames(one).filter((name) => !known.includes(name));
    if (others.length > 0) return undefined;
    return parts.filter((part) => part !== "").join(" && ");
  });
  if (all.length === 0 || all.includes(undefined)) return undefined;
  return all.join(" && ") || undefined;
}

function errors(node: unknown): string {
  const each = itemsOf(node).map((error) => {
    const raisedBy = textAt(error, "raised_by");
    const type = `type(Error) == ${textAt(error, "type") ?? ""}`;
    return raisedBy === undefined
      ? type
      : `(${type} && Error.Source == ${JSON.stringify(raisedBy)})`;
  });
  return each.length > 1 ? `(${each.join(" || ")})` : each.join("");
}

function headers(node: unknown): string {
  const each = pairNames(node).flatMap((name) =>
    itemsOf(at(node, name)).map((value) =>
      header(name, isScalar(value) ? String(value.value).toLowerCase() : ""),
    ),
  );
  return each.length > 1 ? `(${each.join(" || ")})` : each.join("");
}

/** A media type among those of a header, or a text; `*` is any. */
function header(name: string, pattern: string): string {
  const value = `Request.Header(${JSON.stringify(name)})`;
  if (pattern === "*") return `${value} != ""`;
  if (pattern === "*/*") return `${value}.contains("/")`;
  const escaped = pattern.replace(/\*$/, "").replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const end = pattern.endsWith("*") ? "" : " *(;|,|$)";
  return `${value}.lowerAscii().matches(${JSON.stringify(`(^|, *)${escaped}${end}`)})`;
}

function pairNames(node: unknown): readonly string[] {
  const items: unknown =
    typeof node === "object" && node !== null && "items" in node ? node.items : [];
  return Array.isArray(items) ? items.map(nameOf) : [];
}
