import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Configuration, SecretKind } from "../../src/configuration.ts";

export type Secrets = Readonly<Record<string, string>>;

/** What wrangler reads too. */
export const defaultSecretsFile = ".dev.vars";

/** NAME=value lines; a value in quotes may span lines. Throws an Error that names a file it cannot read. */
export function readSecrets(file: string | undefined): Secrets {
  const text = read(file ?? defaultSecretsFile);
  if (text === undefined && file !== undefined)
    throw new Error(`The secrets file ${file} cannot be read.`);
  return parseSecrets(text ?? "");
}

export function parseSecrets(text: string): Secrets {
  return definedOnly(parseEnv(text));
}

/** One line for each secret that the documents name and `secrets` lacks: which, for what, how to make it. */
export function missingSecrets(configuration: Configuration, secrets: Secrets): string[] {
  return Object.entries(configuration.secrets).flatMap(([source, { kind, from }]) => {
    if (!("binding" in from) || secrets[from.binding]) return [];
    const command = configuration.masterKey?.source === source ? "master-key" : making[kind];
    const how = command === undefined ? "write it yourself" : made(command, from.binding);
    return [`${from.binding} (secret_management.${source}, ${kind}): ${how}`];
  });
}

const making: Readonly<Partial<Record<SecretKind, string>>> = { pem: "signing-key" };
const made = (command: string, binding: string): string =>
  `npx dpop-edge secret ${command} --dotenv ${binding} >> ${defaultSecretsFile}`;

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function definedOnly(values: NodeJS.Dict<string>): Secrets {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
