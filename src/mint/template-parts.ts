import type { MechanismName } from "../configuration.ts";
import { type FunctionGroupName, functions } from "./template-functions.ts";

const modules = {
  logic: "templateLogic",
  texts: "templateTexts",
  lists: "templateLists",
  dicts: "templateDicts",
  encodings: "templateEncodings",
  numbers: "templateNumbers",
  cases: "templateCases",
  paths: "templatePaths",
  regexes: "templateRegexes",
} as const satisfies Record<FunctionGroupName, MechanismName>;

/** What the templates of a configuration use beyond the base, wherever in it they are. */
export function templateParts(compiled: unknown): ReadonlySet<MechanismName> {
  const found = new Set<MechanismName>();
  collect(compiled, found);
  if (found.size > 0) found.add("templateBounds");
  return found;
}

function collect(value: unknown, found: Set<MechanismName>): void {
  if (typeof value !== "object" || value === null) return;
  // An expression of CEL, whose functions are its own.
  if ("tree" in value && "source" in value) return;
  const { kind, name } = { kind: undefined, name: undefined, ...value };
  if (kind === "range") found.add("templateLoops");
  if (kind === "regex") found.add("templateRegexes");
  if (kind === "call" && typeof name === "string") {
    const group = functions.get(name)?.group;
    if (group) found.add(modules[group]);
  }
  for (const inner of Object.values(value)) collect(inner, found);
}
