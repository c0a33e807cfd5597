import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { CheckOptions } from "../check/check.ts";
import { compileFolder, print } from "../documents/compile-folder.ts";
import { exit, UsageError } from "../exit.ts";
import { fileText, isDirectory, writeGiven } from "../given-files.ts";
import { mechanismImport, moduleText } from "./configuration-module.ts";

export interface CompileOptions extends CheckOptions {
  readonly out: string;
}

/** `dpop-edge compile`: writes what the Worker is bundled with, or says everything that is wrong. */
export function compileDocuments({ config, target, json = false, out }: CompileOptions): number {
  if (!/\.m?js$/.test(out))
    throw new UsageError(`--out must name a .js or .mjs file, an ES module, not ${out}.`);
  const compiled = compileFolder(config, target);
  if (!compiled.ok) {
    print(compiled, json);
    return exit.wrong;
  }
  const module = moduleText(compiled.configuration, (name) => mechanismImport(name, resolve(out)));
  write(out, `// Written by dpop-edge compile: change the documents, not this file.\n${module}`);
  write(out.replace(/\.(m?)js$/, ".d.$1ts"), declaration);
  print(compiled, json);
  if (!json) process.stdout.write(`Compiled the documents to ${out}.\n`);
  return exit.ok;
}

/** A bundler may be reading it, or watching: what stays the same is not touched. */
function write(file: string, text: string): void {
  const same = existsSync(file) && !isDirectory(file) && fileText(file) === text;
  if (!same) writeGiven(file, text);
}

const declaration = `import type { Equipped } from "dpop-edge";
declare const configuration: Equipped;
export default configuration;
`;
