import type { Target } from "../../src/documents/index.ts";
import { compileFolder, print } from "../documents/compile-folder.ts";
import { configFolder } from "../documents/folder.ts";
import { olderVersion } from "../documents/older-version.ts";
import { exit } from "../exit.ts";
import { checkOnline } from "./online.ts";

export interface CheckOptions {
  readonly config?: string;
  readonly target?: Target;
  readonly json?: boolean;
  /** Ask the issuers too. */
  readonly online?: boolean;
}

/** `dpop-edge check`: says everything that is wrong with the documents. */
export async function check(options: CheckOptions): Promise<number> {
  const { config, target, json = false } = options;
  const compiled = compileFolder(config, target);
  const older = compiled.ok ? undefined : olderVersion(configFolder(config));
  const online =
    options.online && compiled.ok
      ? await checkOnline(compiled.configuration, (url, init) => fetch(url, init))
      : undefined;
  print(compiled, json, { ...(older ? { older } : {}), ...(online ? { online } : {}) });
  if (!compiled.ok || (online?.problems.length ?? 0) > 0) return exit.wrong;
  const { rules } = compiled.configuration;
  const noted = compiled.notes.length + (online?.notes.length ?? 0);
  const notes = noted === 0 ? "" : `, ${count(noted, "note")}`;
  if (!json)
    process.stdout.write(`The documents are right: ${count(rules.length, "rule")}${notes}.\n`);
  return exit.ok;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
