import type { Template } from "../../configuration.ts";
import { Fault } from "../../decision.ts";
import type { Loops, Placement } from "../language.ts";
import { JsonText } from "../template-values.ts";
import { entriesOf } from "./order.ts";

/** `range`, and values inside loops of JSON. */
export const loops: Loops = {
  range(node, over, variables, render) {
    const found = elements(over);
    if (found.length === 0) return render(node.whenEmpty);
    let output = "";
    for (const [key, item] of found) {
      if (node.key !== undefined) variables.set(node.key, key);
      variables.set(node.item, item);
      output += render(node.body);
    }
    return output;
  },
  placement: (template) => (isPlaced(template) ? placement() : undefined),
};

const most = 10_000;

function elements(value: unknown): ReadonlyArray<readonly [unknown, unknown]> {
  if (value === undefined || value === null) return [];
  if (typeof value === "number") {
    return Array.from({ length: Math.min(Math.max(0, Math.trunc(value)), most) }, (_, index) => [
      index,
      index,
    ]);
  }
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  if (typeof value === "object" && !(value instanceof JsonText)) return entriesOf(value);
  throw new Fault("A template's range takes a list, a mapping or a number.");
}

/** Only quotation marks count for what is escaped how; whether all of it is JSON is judged at the end. */
function placement(): Placement {
  const frames: string[] = [];
  let last = "";
  let string: { readonly key: boolean; escape: boolean } | undefined;

  /** Whether what comes next in the innermost object is a name. */
  const atName = () => frames.at(-1) === "{" && (last === "{" || last === ",");

  function character(one: string): void {
    if (string) {
      if (string.escape) string.escape = false;
      else if (one === "\\") string.escape = true;
      else if (one === '"') {
        string = undefined;
        last = '"';
      }
      return;
    }
    if (/[ \t\r\n]/.test(one)) return;
    if (one === '"') string = { key: atName(), escape: false };
    if (one === "{" || one === "[") frames.push(one);
    if (one === "}" || one === "]") frames.pop();
    last = one;
  }

  return {
    wrote(text) {
      for (const one of text) character(one);
    },
    emission() {
      // After a backslash the value's own first character would be the escape.
      if (string ? string.key || string.escape : atName()) {
        throw new Fault("A template emits where only a claim's literal name can stand.");
      }
      if (!string) last = "value";
      return string ? "string" : "json";
    },
  };
}

/** Whether some of a template is placed only when it is rendered. */
function isPlaced(template: Template): boolean {
  return template.some((node) => {
    switch (node.kind) {
      case "emit":
        return node.as === "placed";
      case "if":
        return isPlaced(node.whenTrue) || isPlaced(node.whenFalse);
      case "range":
        return isPlaced(node.body) || isPlaced(node.whenEmpty);
      default:
        return false;
    }
  });
}
