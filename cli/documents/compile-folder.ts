import type { Configuration } from "../../src/configuration.ts";
import {
  compile,
  formatNote,
  formatProblem,
  type Note,
  type Problem,
  type Target,
} from "../../src/documents/index.ts";
import type { Online } from "../check/online.ts";
import { shown } from "../terminal/shown.ts";
import { configFolder, readFolder } from "./folder.ts";
import type { OlderVersion } from "./older-version.ts";

export type Compiled =
  | { readonly ok: true; readonly configuration: Configuration; readonly notes: readonly Note[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly notes: readonly Note[] };

/**
 * The documents of a folder, compiled.
 * @param folder --config; without it DPOP_EDGE_CONFIG, or config/
 * @throws UsageError when there is no such folder
 */
export function compileFolder(folder: string | undefined, target: Target | undefined): Compiled {
  const read = readFolder(configFolder(folder));
  if (!read.ok) return { ...read, notes: [] };
  return compile(read.documents, {
    environment: process.env,
    ...(target === undefined ? {} : { target }),
  });
}

/** What the command found out beside what compiling says. */
export interface More {
  readonly older?: OlderVersion;
  readonly online?: Online;
}

function onlineLines({ problems, notes }: Online = { problems: [], notes: [] }): string[] {
  return [...problems, ...notes.map((note) => `note: ${note}`)].map(shown);
}

/** For a terminal: every problem and every note, then how many. */
export function print(compiled: Compiled, json: boolean, more: More = {}): void {
  const { older, online } = more;
  const problems = compiled.ok ? [] : compiled.problems;
  if (json) {
    const { ok, notes } = compiled;
    process.stdout.write(
      `${JSON.stringify({ ok, ...(older ? { recognised: older.version } : {}), problems, notes, ...(online ? { online } : {}) }, null, 2)}\n`,
    );
    return;
  }
  const lines = [
    ...problems.map(formatProblem),
    ...compiled.notes.map(formatNote),
    ...onlineLines(online),
  ];
  for (const line of lines) process.stderr.write(`${line}\n`);
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  process.stderr.write(`${count} in the documents: nothing was compiled.\n`);
  if (older) process.stderr.write(`${wayOut(older)}\n`);
}

function wayOut({ version, folder, converted }: OlderVersion): string {
  if (converted) return "What convert has left to you is marked # TODO in them.";
  return `They are of Heimdall ${version}: npx dpop-edge convert ${folder} --out NEW writes them in today's spelling.`;
}
