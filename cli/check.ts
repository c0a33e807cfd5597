import type { Target } from "../src/documents/index.ts";
import { compileFolder, print } from "./documents.ts";
import { exit } from "./exit.ts";
import { configFolder } from "./folder.ts";
import { olderVersion } from "./older-version.ts";

export interface CheckOptions {
  readonly config?: string;
  readonly target?: Target;
  readonly json?: boolean;
}

/** `dpop-edge check`: says everything that is wrong with the documents. */
export function check({ config, target, json = false }: CheckOptions): number {
  const compiled = compileFolder(config, target);
  print(compiled, json, compiled.ok ? undefined : olderVersion(configFolder(config)));
  if (!compiled.ok) return exit.wrong;
  const { rules } = compiled.configuration;
  const notes = compiled.notes.length === 0 ? "" : `, ${count(compiled.notes.length, "note")}`;
  if (!json)
    process.stdout.write(`The documents are right: ${count(rules.length, "rule")}${notes}.\n`);
  return exit.ok;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
