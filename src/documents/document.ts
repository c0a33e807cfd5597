import { isRecord } from "../record.ts";
import type { Environment } from "./environment.ts";
import { fromObject } from "./object.ts";
import type { Document, Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import { parseYaml } from "./yaml.ts";

/** A YAML text with the name it is known by, or a typed object. */
export type DocumentSource<T> =
  | { readonly file: string; readonly text: string }
  | { readonly file?: string; readonly document: T };

/** Reads one document; what is wrong with its form goes to the report. Never throws. */
export function read<T>(
  source: DocumentSource<T> | undefined,
  name: string,
  environment: Environment,
  report: Report,
): Document {
  const reading = readingOf(source, name, environment);
  const document = { ...reading, file: fileOf(source) ?? name };
  for (const { path, position, ...complaint } of reading.complaints) {
    report.problem({ document, path, ...(position ? { position } : {}) }, complaint);
    report.suspect({ document, path });
  }
  return document;
}

/** Callers without types pass anything: a text, a parsed document, nothing at all. */
function readingOf(source: unknown, name: string, environment: Environment): Reading {
  if (isRecord(source)) {
    if (typeof source.text === "string") return parseYaml(source.text, environment);
    if ("document" in source) return fromObject(source.document, environment);
  }
  const reason = `${name} is neither {file, text} with YAML in text nor {document} with an object`;
  const none = fromObject({}, {});
  return { ...none, value: undefined, complaints: [{ path: [], reason, found: kindOf(source) }] };
}

function fileOf(source: unknown): string | undefined {
  return isRecord(source) && typeof source.file === "string" ? source.file : undefined;
}

function kindOf(source: unknown): string {
  if (isRecord(source))
    return `an object with ${Object.keys(source).join(", ") || "nothing in it"}`;
  if (source === null || source === undefined) return String(source);
  return Array.isArray(source) ? "a list" : `a ${typeof source}`;
}
