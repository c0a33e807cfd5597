import { createReadStream, openSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { logLine } from "../../src/log-line.ts";
import { exit, UsageError } from "../exit.ts";
import { paintFor } from "../terminal/paint.ts";
import { type Entry, entriesIn } from "./entries.ts";
import { type FilterOptions, wanted } from "./filter.ts";
import { jsonInLines } from "./json-in-lines.ts";
import { lineOf } from "./line.ts";
import { createSummary, summaryText } from "./summary.ts";

export interface TailOptions extends FilterOptions {
  readonly json?: boolean;
}

/** `dpop-edge tail`: the events of a log, a line each, and what they come to. */
export async function tail(file: string | undefined, options: TailOptions): Promise<number> {
  const { json = false } = options;
  const lines = linesOf(file);
  const paint = paintFor(process.stdout);
  const counted = createSummary();
  // Ctrl-C reaches the whole pipe: what has come is still summed up.
  process.once("SIGINT", () => lines.close());
  for await (const found of jsonInLines(lines)) {
    const entries = found === undefined ? [] : entriesIn(found.value);
    if (entries.length === 0) counted.other();
    for (const entry of entries.filter((each) => isWanted(each, options))) {
      if (entry.kind === "event") counted.add(entry.event);
      if (!json) process.stdout.write(`${lineOf(entry, paint)}\n`);
      else if (entry.kind === "event") process.stdout.write(`${logLine(entry.event)}\n`);
    }
  }
  const summary = counted.summary();
  if (json) process.stdout.write(`${logLine({ summary })}\n`);
  else process.stderr.write(`${summaryText(summary)}\n`);
  return exit.ok;
}

/** Remarks are of no rule and no client: they show where nothing is filtered. */
function isWanted(entry: Entry, options: FilterOptions): boolean {
  if (entry.kind === "event") return wanted(entry.event, options);
  return [options.code, options.client, options.rule].every((each) => each === undefined);
}

function linesOf(file: string | undefined) {
  const crlfDelay = Number.POSITIVE_INFINITY;
  if (file !== undefined && file !== "-")
    return createInterface({ input: opened(file), crlfDelay });
  if (process.stdin.isTTY) {
    throw new UsageError("Nothing is piped in: npx wrangler tail --format json | dpop-edge tail");
  }
  return createInterface({ input: process.stdin, crlfDelay });
}

function opened(file: string) {
  try {
    if (statSync(file).isFile()) return createReadStream("", { fd: openSync(file, "r") });
  } catch {
    // Said below.
  }
  throw new UsageError(`${file} is no file that can be read.`);
}
