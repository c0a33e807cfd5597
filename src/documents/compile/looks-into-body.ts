import type { Stages } from "../../configuration.ts";

/** Whether an expression or a template of the steps names `Request.Body`. */
export function looksIntoBody(steps: Pick<Stages, "authorizers" | "finalizers">): boolean {
  return names(steps);
}

/** Both kinds of tree write a way to a value as a list of names under `path`. */
function names(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("path" in value && Array.isArray(value.path)) {
    const [object, part] = value.path;
    if (object === "Request" && part === "Body") return true;
  }
  return Object.values(value).some(names);
}
