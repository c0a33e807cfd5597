import type { Path } from "./problem.ts";

/** What stands below these keys may be a secret, */
const confidential = new Set(["secret_management", "headers", "auth", "password", "client_secret"]);
/** unless it is one of these, which say where a secret is or goes. */
const open = new Set(
  "type path allow_in_rules in name source selector user_id client_id token_url auth_method scheme".split(
    " ",
  ),
);

function mayBeSecret(path: Path): boolean {
  if (!path.some((part) => confidential.has(String(part)))) return false;
  return path.includes("headers") || !open.has(String(path.at(-1)));
}

/** What was written, for a message: short, and never a secret. */
export function describe(value: unknown, path: Path, written?: string): string {
  const kind = kindOf(value);
  const hidden = mayBeSecret(path);
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
