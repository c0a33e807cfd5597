import { readFolder } from "../cli/documents/folder.ts";
import type { Configuration } from "../src/configuration.ts";
import {
  compile,
  type DocumentsInput,
  type Environment,
  formatProblem,
} from "../src/documents/index.ts";

/** The documents compiled for the Worker. Throws an Error that lists everything wrong with them. */
export function compiled(documents: DocumentsInput, environment: Environment): Configuration {
  const result = compile(documents, { target: "cloudflare", environment });
  if (result.ok) return result.configuration;
  throw new Error(result.problems.map(formatProblem).join("\n"));
}

/** The documents in a folder. Throws an Error that says which file is missing. */
export function documentsIn(folder: string): DocumentsInput {
  const read = readFolder(folder);
  if (read.ok) return read.documents;
  throw new Error(read.problems.map(formatProblem).join("\n"));
}
