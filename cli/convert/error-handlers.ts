import { isScalar } from "yaml";
import type { Conversion } from "./conversion.ts";
import { at, entries, itemsOf, nameOf, pairOf, remove, set, textAt } from "./edit.ts";

/** 0.14 said in the mechanism when an error handler is for an error: today the step says it, in CEL. */
export function convertErrorHandlers(conversion: Conversion): void {
  const { document, todo } = conversion;
  const conditions = new Map<string, string>();
  for (const entry of entries(document.contents, "error_handlers")) {
    const config = at(entry, "config");
    const when = pairOf(config, "when");
    if (!when) continue;
    const expression = conditionOf(when.value);
    remove(config, "when");
    if (expression === undefined) {
      todo(pairOf(entry, "id"), "left", "write as `if` on its steps what `when` said");
    } else conditions.set(textAt(entry, "id") ?? "", expression);
  }
  for (const step of itemsOf(at(document.contents, "default_rule", "on_error"))) {
    const expression = conditions.get(textAt(step, "error_handler") ?? "");
    if (expression !== undefined && !pairOf(step, "if")) set(document, step, "if", expression);
  }
}

/** One of the list; in each the errors, and the headers. */
function conditionOf(when: unknown): string | undefined {
  const alternatives = itemsOf(when).map((one) => {
    const parts = [errors(at(one, "error")), headers(at(one, "request_headers"))];
    const known = ["error", "request_headers"];
    const others = pairNames(one).filter((name) => !known.includes(name));
    if (others.length > 0) return undefined;
    return parts.filter((part) => part !== "").join(" && ");
  });
  if (alternatives.length === 0 || alternatives.includes(undefined)) return undefined;
  return alternatives.length === 1
    ? alternatives[0]
    : alternatives.map((one) => `(${one})`).join(" || ");
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
  return pairNames(node)
    .map((name) => {
      const values = itemsOf(at(node, name)).map((value) =>
        isScalar(value) ? String(value.value) : "",
      );
      const each = values.map(
        (value) => `Request.Header(${JSON.stringify(name)}).contains(${JSON.stringify(value)})`,
      );
      return each.length > 1 ? `(${each.join(" || ")})` : each.join("");
    })
    .join(" && ");
}

function pairNames(node: unknown): readonly string[] {
  const items: unknown =
    typeof node === "object" && node !== null && "items" in node ? node.items : [];
  return Array.isArray(items) ? items.map(nameOf) : [];
}
