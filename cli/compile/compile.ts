import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { CheckOptions } from "../check/check.ts";
import { compileFolder, print } from "../documents/compile-folder.ts";
import { exit, UsageError } from "../exit.ts";
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
  try {
    mkdirSync(dirname(out), { recursive: true });
    const module = moduleText(compiled.configuration, (name) =>
      mechanismImport(name, resolve(out)),
    );
    write(out, `// Written by dpop-edge compile: change the documents, not this file.\n${module}`);
    write(out.replace(/\.(m?)js$/, ".d.$1ts"), declaration);
  } catch (error) {
    throw new UsageError(`${out} cannot be written: ${messageOf(error)}`);
  }
  print(compiled, json);
  if (!json) process.stdout.write(`Compiled the documents to ${out}.\n`);
  return exit.ok;
}

/** A bundler may be reading it, or watching: what stays the same is not touched. */
function write(file: string, text: string): void {
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const declaration = `import type { Equipped } from "dpop-edge";
declare const configuration: Equipped;
export default configuration;
`;
