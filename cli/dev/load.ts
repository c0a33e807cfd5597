import { existsSync } from "node:fs";
import type { Configuration } from "../../src/configuration.ts";
import { compileFolder, print } from "../documents/compile-folder.ts";
import {
  defaultSecretsFile,
  missingSecrets,
  readSecrets,
  type Secrets,
} from "../secret/local-secrets.ts";
import { unusableSecrets } from "./unusable-secrets.ts";

export interface LoadOptions {
  readonly config: string | undefined;
  readonly secrets: string | undefined;
  readonly json: boolean;
}

export interface Loaded {
  readonly configuration: Configuration;
  readonly secrets: Secrets;
}

/** Undefined where the documents or the secrets are wrong, which is then said. */
export async function load({ config, secrets: file, json }: LoadOptions) {
  const compiled = compileFolder(config, "cloudflare");
  print(compiled, json && !compiled.ok);
  if (!compiled.ok) return undefined;
  const { configuration } = compiled;
  const absent = file !== undefined && !existsSync(file);
  const secrets = absent ? {} : readSecrets(file);
  const missing = missingSecrets(configuration, secrets, file);
  if (absent) say(`There is no secrets file ${file}.`);
  if (missing.length > 0) say(missingText(missing, file));
  if (absent || missing.length > 0) return undefined;
  const unusable = await unusableSecrets(configuration, secrets);
  if (unusable.length > 0) say(unusable.join("\n"));
  return unusable.length > 0 ? undefined : ({ configuration, secrets } satisfies Loaded);
}

function missingText(missing: readonly string[], file = defaultSecretsFile): string {
  return [
    `Secrets that the documents name are missing in ${file}:`,
    ...missing.map((line) => `  ${line}`),
    "Another file can be named with --secrets FILE.",
  ].join("\n");
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
