import { existsSync, readFileSync } from "node:fs";

/** The package's version, from its source as well as from dist/. */
export function version(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    const file = new URL(path, import.meta.url);
    if (!existsSync(file)) continue;
    const contents: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof contents === "object" && contents !== null && "version" in contents) {
      return String(contents.version);
    }
  }
  return "unknown";
}
