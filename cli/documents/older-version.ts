import { parseAllDocuments } from "yaml";
import { todosOf } from "../convert/conversion.ts";
import { type Version, versionOf } from "../convert/recognise.ts";
import { readFolder } from "./folder.ts";

/** That a folder holds documents of an older Heimdall, which `convert` reads. */
export interface OlderVersion {
  readonly version: Version;
  readonly folder: string;
  /** By `convert` already, which marked what it left. */
  readonly converted: boolean;
}

const order: readonly Version[] = ["0.14", "0.15 to 0.17", "main"];

/** By the oldest sign in any of the folder's documents. */
export function olderVersion(folder: string): OlderVersion | undefined {
  const read = readFolder(folder);
  if (!read.ok) return undefined;
  const { mechanisms, rules } = read.documents;
  const texts = [mechanisms, ...rules].flatMap((source) => ("text" in source ? source.text : []));
  const found = new Set(texts.flatMap(versionsIn));
  const version = order.find((one) => found.has(one));
  const converted = texts.some((text) => todosOf(text).length > 0);
  return version === undefined ? undefined : { version, folder, converted };
}

function versionsIn(text: string): readonly (Version | undefined)[] {
  const documents = parseAllDocuments(text, { version: "1.2" });
  return Array.isArray(documents) ? documents.map(({ contents }) => versionOf(contents)) : [];
}
