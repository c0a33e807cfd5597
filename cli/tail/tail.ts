import { createReadStream, openSync, readSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { refusals } from "../../src/decision.ts";
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
  for (const code of options.code ?? []) checkCode(code);
  const lines = linesOf(file);
  const paint = paintFor(process.stdout);
  const counted = createSummary();
  // Ctrl-C reaches the whole pipe: what has come is still summed up.
  process.once("SIGINT", () => lines.close());
  let events = 0;
  for await (const found of jsonInLines(lines)) {
    const entries = found === undefined ? [] : entriesIn(found.value);
    if (entries.length === 0) counted.other();
    events += entries.length;
    for (const entry of entries.filter((each) => isWanted(each, options))) {
      if (entry.kind === "event") counted.add(entry.event);
      if (!json) process.stdout.write(`${lineOf(entry, paint)}\n`);
      else if (entry.kind === "event") process.stdout.write(`${logLine(entry.event)}\n`);
    }
  }
  const summary = counted.summary();
  if (json) process.stdout.write(`${logLine({ summary })}\n`);
  else process.stderr.write(`${summaryText(summary)}\n`);
  if (events > 0 && summary.requests === 0) process.stderr.write(`${leftOut(events)}\n`);
  if (events === 0 && summary.other_lines > 0) process.stderr.write(`${noEvents}\n`);
  return exit.ok;
}

/** A file behind --code is taken for a code. */
function checkCode(code: string): void {
  const known = Object.keys(refusals);
  if (known.some((each) => each === code || each.startsWith(`${code}.`))) return;
  throw new UsageError(
    `No code is ${code}, or begins so (docs/errors.md). A file is named ahead of --code: dpop-edge tail FILE --code proof.`,
  );
}

const noEvents =
  'An event is a line of JSON that begins {"v":1, (docs/events.md): is this the log of the edge, and are its lines whole?';

/** A rule that is mistyped looks like a quiet day. */
function leftOut(events: number): string {
  const some = events === 1 ? "1 event is" : `${events} events are`;
  return `${some} of another code, client or rule than was asked for.`;
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
    if (statSync(file).isFile()) {
      const fd = openSync(file, "r");
      const start = new Uint8Array(2);
      readSync(fd, start, 0, 2, 0);
      // Windows PowerShell writes UTF-16.
      const encoding = start[0] === 0xff && start[1] === 0xfe ? "utf16le" : "utf8";
      return createReadStream("", { fd, encoding, start: 0 });
    }
  } catch {
    // Said below.
  }
  throw new UsageError(`${file} is no file that can be read.`);
}
