import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}build/docs/`;

export interface Site {
  /** Paths of the pages, as `docs/cli.html`. */
  readonly pages: readonly string[];
  /** Paths of all files. */
  readonly files: ReadonlySet<string>;
  read(path: string): Buffer;
}

/** As `npm run docs` makes it. */
export async function buildSite(): Promise<Site> {
  const vitepress = fileURLToPath(import.meta.resolve("vitepress/package.json"));
  const bin = vitepress.replace(/package\.json$/, "bin/vitepress.js");
  await promisify(execFile)(process.execPath, [bin, "build", "docs"], { cwd: root });
  const files = globSync("**/*.*", { cwd: folder }).map((path) => path.replaceAll("\\", "/"));
  return {
    pages: files.filter((path) => path.endsWith(".html") && path !== "404.html"),
    files: new Set(files),
    read: (path) => readFileSync(`${folder}${path}`),
  };
}
