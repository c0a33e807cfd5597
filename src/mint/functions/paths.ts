import { text } from "../template-values.ts";
import type { FunctionGroup } from "./function.ts";

/** Paths with slashes, as Go's package path reads them. */
export const paths: FunctionGroup = {
  base(value) {
    const path = text(value);
    if (path === "") return ".";
    return path.replace(/\/+$/, "").split("/").at(-1) || "/";
  },
  dir(value) {
    const path = text(value);
    return clean(path.slice(0, path.lastIndexOf("/") + 1));
  },
  ext: (value) => /\.[^./]*$/.exec(text(value))?.[0] ?? "",
  isAbs: (value) => text(value).startsWith("/"),
  clean: (value) => clean(text(value)),
};

/** Without empty and dot segments. */
function clean(path: string): string {
  const root = path.startsWith("/") ? "/" : "";
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== ".." || (root === "" && (kept.at(-1) ?? "..") === "..")) kept.push(part);
    else kept.pop();
  }
  return root + kept.join("/") || ".";
}
