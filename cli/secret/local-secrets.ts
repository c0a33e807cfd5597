import { existsSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Configuration, SecretKind } from "../../src/configuration.ts";
import { fileText } from "../given-files.ts";

export type Secrets = Readonly<Record<string, string>>;

/** What wrangler reads too. */
export const defaultSecretsFile = ".dev.vars";

/** NAME=value lines; a value in quotes may span lines. @throws UsageError for a named file that cannot be read */
export function readSecrets(file: string | undefined): Secrets {
  if (file !== undefined) return parseSecrets(fileText(file));
  return existsSync(defaultSecretsFile) ? parseSecrets(fileText(defaultSecretsFile)) : {};
}

export function parseSecrets(text: string): Secrets {
  return definedOnly(parseEnv(text));
}

/** One line for each secret that the documents name and the file lacks: which, for what, how to make it. */
export function missingSecrets(
  configuration: Configuration,
  secrets: Secrets,
  file = defaultSecretsFile,
): string[] {
  return Object.entries(configuration.secrets).flatMap(([source, { kind, from }]) => {
    if (!("binding" in from) || secrets[from.binding]) return [];
    const command = configuration.masterKey?.source === source ? "master-key" : making[kind];
    const how = command === undefined ? "write it yourself" : made(command, from.binding, file);
    return [`${from.binding} (secret_management.${source}, ${kind}): ${how}`];
  });
}

const making: Readonly<Partial<Record<SecretKind, string>>> = { pem: "signing-key" };
const made = (command: string, binding: string, file: string): string =>
  `npx dpop-edge secret ${command} --dotenv ${binding} >> ${file}`;

function definedOnly(values: NodeJS.Dict<string>): Secrets {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
