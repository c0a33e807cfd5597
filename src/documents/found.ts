import type { Path } from "./problem.ts";

/** Values below these keys are never shown: they may be secrets. */
const confidential = new Set(["secret_management", "headers", "auth", "values"]);

/** What was written, for a message: short, and never a secret. */
export function describe(value: unknown, path: Path, written?: string): string {
  const kind = kindOf(value);
  const hidden =
    path.at(-1) !== "type" &&
    path.some((part) => typeof part === "string" && confidential.has(part));
  const from = written === undefined ? "" : `, from ${written}`;
  if (hidden || kind === "a list" || kind === "a mapping" || kind === "nothing") return kind + from;
  const shown = JSON.stringify(value) ?? kind;
  return (shown.length > 80 ? `${shown.slice(0, 76)}..."` : shown) + from;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "object":
      return "a mapping";
    case "string":
      return "a text";
    case "boolean":
      return String(value);
    default:
      return "a number";
  }
}

export function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, part))
      return undefined;
    found = Reflect.get(found, part);
  }
  return found;
}
