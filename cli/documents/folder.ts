import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { DocumentsInput, Problem } from "../../src/documents/index.ts";
import { UsageError } from "../exit.ts";
import { decoded } from "../given-files.ts";

export type Folder =
  | { readonly ok: true; readonly documents: DocumentsInput }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The folder with the documents: the one given, DPOP_EDGE_CONFIG, or config/. */
export function configFolder(given: string | undefined): string {
  return given ?? (process.env.DPOP_EDGE_CONFIG || "config");
}

/**
 * Reads mechanisms.yaml (or heimdall-config.yaml) and rules.yaml (or rules/*.yaml and rules/*.json, by name).
 * @throws UsageError when there is no such folder
 */
export function readFolder(folder: string): Folder {
  if (folder === "") throw new UsageError("The name of the folder is empty.");
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isFile()) {
    throw new UsageError(`${folder} is a file: name the folder that it is in: ${dirname(folder)}`);
  }
  if (!found?.isDirectory()) {
    throw new UsageError(
      `There is no folder ${folder}: name one with --config or DPOP_EDGE_CONFIG.`,
    );
  }
  const configurations = ["mechanisms.yaml", "heimdall-config.yaml"]
    .map((name) => join(folder, name))
    .filter((file) => existsSync(file));
  const files = ruleFiles(folder);
  const problems = [
    ...oneOf(configurations, join(folder, "mechanisms.yaml"), "mechanisms.yaml"),
    ...(files.length === 0
      ? [missing(join(folder, "rules.yaml"), "rules.yaml, or rules/*.yaml")]
      : []),
  ];
  const read = reader(problems);
  const [mechanisms] = configurations.map(read);
  const rules = files.map(read);
  if (problems.length > 0 || mechanisms === undefined) return { ok: false, problems };
  return { ok: true, documents: { mechanisms, rules } };
}

function ruleFiles(folder: string): string[] {
  const single = join(folder, "rules.yaml");
  const several = join(folder, "rules");
  const names = statSync(several, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(several)
    : [];
  return [
    ...(existsSync(single) ? [single] : []),
    ...names
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .toSorted()
      .map((name) => join(several, name)),
  ];
}

function oneOf(files: readonly string[], expected: string, name: string): Problem[] {
  if (files.length === 0) return [missing(expected, name)];
  const [, second] = files;
  if (second === undefined) return [];
  return [{ file: shown(second), path: "", reason: `stands beside ${name}: keep one of them` }];
}

/** With the same name in the spelling that is not read, or the folder below that has it, where there is one. */
function missing(file: string, name: string): Problem {
  const problem = { file: shown(file), path: "", reason: `there is no ${name}` };
  const other = file.replace(/\.yaml$/, ".yml");
  if (existsSync(other))
    return { ...problem, suggestion: `rename ${basename(other)} to ${basename(file)}` };
  const below = join(dirname(file), "config");
  return existsSync(join(below, basename(file)))
    ? { ...problem, suggestion: `name ${shown(below)}` }
    : problem;
}

/** Reads a file; one that cannot be read becomes one of the problems. */
function reader(problems: Problem[]) {
  return (path: string) => {
    const file = shown(path);
    try {
      return { file, text: decoded(readFileSync(path)) };
    } catch (error) {
      const because = error instanceof Error && "code" in error ? ` (${error.code})` : "";
      problems.push({ file, path: "", reason: `this is no file that can be read${because}` });
      return { file, text: "" };
    }
  };
}

/** As an editor or a terminal can open it. */
function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
