import type { Stages } from "../../configuration.ts";

type Steps = Pick<Stages, "authorizers" | "finalizers">;

/** Whether an expression or a template of the steps names `Request.Body`. */
export function looksIntoBody({ authorizers, finalizers }: Steps): boolean {
  return names([authorizers, finalizers], "Request", "Body");
}

/** Whether an expression of the steps names `MCP`. */
export function looksIntoMessage({ authorizers, finalizers }: Steps): boolean {
  return names([authorizers, finalizers], "MCP");
}

/** Both kinds of tree write a way to a value as a list of names under `path`. */
function names(value: unknown, ...begin: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("path" in value && Array.isArray(value.path)) {
    const { path } = value;
    if (begin.every((name, at) => path[at] === name)) return true;
  }
  return Object.values(value).some((each) => names(each, ...begin));
}
