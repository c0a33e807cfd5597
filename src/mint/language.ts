import type { Emission, Template, TemplateExpression, TemplateNode } from "../configuration.ts";
import type { Mechanisms } from "../mechanisms.ts";
import type { FunctionGroup } from "./functions/function.ts";

/** What the documents' templates use beyond the base: only that travels to the edge. */
export interface Language {
  readonly functions: FunctionGroup;
  readonly regexes?: Regexes;
  readonly loops?: Loops;
  /** Without functions and loops a template is its own bound. */
  readonly bounds?: () => Budget;
}

/** What is left for one rendering. Throws a Fault when it is used up. */
export interface Budget {
  spend(amount: number): void;
  /** All of a value, as often as it is part of itself: lists of one list multiply. */
  weigh(value: unknown): void;
}

/** Made once an authorizer: nothing, where the documents need no more than the base. */
export function languageOf({
  templateLogic,
  templateTexts,
  templateLists,
  templateDicts,
  templateEncodings,
  templateNumbers,
  templateCases,
  templatePaths,
  templateRegexes: regexes,
  templateLoops: loops,
  templateBounds: bounds,
}: Mechanisms): Language {
  const functions = {
    ...templateLogic,
    ...templateTexts,
    ...templateLists,
    ...templateDicts,
    ...templateEncodings,
    ...templateNumbers,
    ...templateCases,
    ...templatePaths,
  };
  return {
    functions,
    ...(regexes ? { regexes } : {}),
    ...(loops ? { loops } : {}),
    ...(bounds ? { bounds } : {}),
  };
}

/** Loops, and where in a JSON text a loop has come to. */
export interface Loops {
  /** Renders the body for each element of a list, a mapping (in the order of its keys) or a count. */
  range(
    node: RangeNode,
    over: unknown,
    variables: Map<string, unknown>,
    render: (body: Template) => string,
  ): string;
  /** Nothing for a template whose values have all been placed when it was compiled. */
  placement(template: Template): Placement | undefined;
}

/** Follows the text of a JSON value while it is written. Throws a Fault where nothing can be emitted. */
export interface Placement {
  wrote(text: string): void;
  emission(): Exclude<Emission, "placed" | "text">;
}

/** The functions of regular expressions. Throws a Fault for a text that is too long. */
export type Regexes = (
  node: RegexNode,
  values: readonly unknown[],
  budget: Budget | undefined,
) => unknown;

export type RegexNode = Extract<TemplateExpression, { kind: "regex" }>;
export type RangeNode = Extract<TemplateNode, { kind: "range" }>;
