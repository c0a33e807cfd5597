import type { Emission, Template, TemplateNode } from "../configuration.ts";
import type { Mechanisms } from "../mechanisms.ts";
import type { FunctionGroup } from "./functions/function.ts";

/** What the documents' templates use beyond the base: only that travels to the edge. */
export interface Language {
  readonly functions: FunctionGroup;
  readonly loops?: Loops;
}

/** Made once an authorizer: nothing, where the documents need no more than the base. */
export function languageOf({
  templateLogic,
  templateTexts,
  templateLists,
  templateDicts,
  templateEncodings,
  templateNumbers,
  templateLoops: loops,
}: Mechanisms): Language {
  const functions = {
    ...templateLogic,
    ...templateTexts,
    ...templateLists,
    ...templateDicts,
    ...templateEncodings,
    ...templateNumbers,
  };
  return loops ? { functions, loops } : { functions };
}

/** Loops, and where in a JSON text a loop has come to. */
export interface Loops {
  /** Each element of a list, a mapping (in the order of its keys) or a count, with its key. */
  elements(value: unknown): ReadonlyArray<readonly [key: unknown, item: unknown]>;
  placement(): Placement;
}

/** Follows the text of a JSON value while it is written. Throws a Fault where nothing can be emitted. */
export interface Placement {
  wrote(text: string): void;
  emission(): Exclude<Emission, "placed" | "text">;
}

export type RangeNode = Extract<TemplateNode, { kind: "range" }>;

/** Whether some of a template is placed only when it is rendered. */
export function isPlaced(template: Template): boolean {
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
