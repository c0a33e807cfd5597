import { extensions } from "../../cel/extensions/extensions.ts";

/** Whether an expression anywhere in it calls a function of CEL's extensions. */
export function callsExtensions(compiled: unknown): boolean {
  return expressionsIn(compiled).some(calls);
}

function expressionsIn(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if ("source" in value && "tree" in value) return [value.tree];
  return Object.values(value).flatMap(expressionsIn);
}

function calls(tree: unknown): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  const { kind, name } = { kind: undefined, name: undefined, ...tree };
  if (kind === "call" && typeof name === "string" && Object.hasOwn(extensions, name)) return true;
  return Object.values(tree).some(calls);
}
