import type { Environment } from "./environment.ts";
import { fromObject } from "./object.ts";
import type { Document } from "./reading.ts";
import type { Report } from "./report.ts";
import { parseYaml } from "./yaml.ts";

/** A YAML text with the name it is known by, or a typed object. */
export type DocumentSource<T> =
  | { readonly file: string; readonly text: string }
  | { readonly file?: string; readonly document: T };

/** Reads one document; what is wrong with its form goes to the report. Never throws. */
export function read<T>(
  source: DocumentSource<T>,
  name: string,
  environment: Environment,
  report: Report,
): Document {
  const reading =
    "text" in source
      ? parseYaml(source.text, environment)
      : fromObject(source.document, environment);
  const document = { ...reading, file: source.file ?? name };
  for (const { path, position, ...complaint } of reading.complaints) {
    report.problem({ document, path, ...(position ? { position } : {}) }, complaint);
    report.suspect({ document, path });
  }
  return document;
}
