import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { configFolder } from "../documents/folder.ts";
import { exit, UsageError } from "../exit.ts";
import { isDirectory, messageOf } from "../given-files.ts";
import { mistyped } from "../mistyped.ts";
import { entriesIn } from "../tail/entries.ts";
import { lineOf } from "../tail/line.ts";
import { type Paint, paintFor } from "../terminal/paint.ts";
import { type ReplaceableWorker, startWorker } from "../workerd/workerd.ts";
import { type Loaded, load } from "./load.ts";
import { watchFolder } from "./watch-folder.ts";

const help = `Run the Worker under local workerd, with its Durable Object, from two documents.

Usage: dpop-edge dev [--config DIR] [--port N] [--secrets FILE] [--persist DIR] [--json]

  --config DIR     the folder with both documents (default: DPOP_EDGE_CONFIG, or config)
  --port N         where to listen on 127.0.0.1; 0 is any free port (default: 8787)
  --secrets FILE   NAME=value lines (default: .dev.vars, where there is one)
  --persist DIR    keep what the Durable Object remembers (default: forgotten at the end)
  --json           print {"ready": URL}, then an event a line, and problems as check --json does

On a terminal a request is one readable line: time (UTC), method, path, status, why, who, id. With
--json, or where stdout is piped on, it is the event as JSON. The documents are read again whenever
they change; where they are wrong that is said, and those from before stay in force.

Example: dpop-edge dev --config config --port 8787 --secrets .dev.vars

For trying, not for serving: X-Forwarded-Proto and CF-Connecting-IP of a client are believed here,
and a request whose Host or target makes no URL ends as a bare 500 of workerd's own.

Exit codes: 0 stopped by SIGINT or SIGTERM; 1 documents, secrets or port are wrong; 2 usage.
`;

interface Settings {
  readonly config: string | undefined;
  readonly port: number;
  readonly secrets: string | undefined;
  readonly persist: string | undefined;
  readonly json: boolean;
}

interface Running {
  readonly worker: ReplaceableWorker;
  readonly loaded: Loaded;
}

/** `dpop-edge dev`: resolves to the exit code, once a signal has stopped it. */
export async function dev(args: string[]): Promise<number> {
  const stopped = signalled();
  try {
    const settings = read(args);
    if (settings === undefined) {
      process.stdout.write(help);
      return exit.ok;
    }
    const running = await start(settings);
    if (running === undefined) return exit.wrong;
    const { worker } = running;
    const ready = settings.json ? JSON.stringify({ ready: worker.url }) : `ready on ${worker.url}`;
    process.stdout.write(`${ready}\n`);
    const unwatch = reloading(settings, running);
    await stopped;
    unwatch();
    await worker.stop();
    return exit.ok;
  } catch (fault) {
    const error = messageOf(fault);
    say(error);
    if (args.includes("--json")) process.stdout.write(`${JSON.stringify({ ok: false, error })}\n`);
    return fault instanceof UsageError ? exit.usage : exit.wrong;
  }
}

/** Undefined where the documents or the secrets are wrong, which is then said. */
async function start(settings: Settings): Promise<Running | undefined> {
  const loaded = await load(settings);
  if (loaded === undefined) return undefined;
  const { port, persist, json } = settings;
  const worker = await startWorker({
    ...loaded,
    port,
    ...(persist === undefined ? {} : { persist: resolve(persist) }),
    log: json || !process.stdout.isTTY ? write : readably(paintFor(process.stdout)),
  });
  const { publicOrigins } = loaded.configuration;
  if (publicOrigins.some((origin) => origin !== worker.url))
    say(`note: ${worker.url} is served as well as ${publicOrigins.join(", ")}`);
  return { worker, loaded };
}

/** On each change of the documents; what is wrong with them is said, and those from before go on. */
function reloading(settings: Settings, { worker, loaded }: Running): () => void {
  let inForce = JSON.stringify(loaded);
  let wrong = false;
  const goOn = (because = "") => {
    wrong = true;
    say(`${because}The documents from before are still in force.`);
  };
  return watchFolder(configFolder(settings.config), async () => {
    try {
      const changed = await load(settings);
      if (changed === undefined) return goOn();
      const same = JSON.stringify(changed) === inForce;
      if (!same) await worker.replace(changed);
      inForce = JSON.stringify(changed);
      if (!same) say("The documents were read again.");
      else if (wrong) say("The documents are right again, and as they were.");
      wrong = false;
    } catch (fault) {
      goOn(`${messageOf(fault)}\n`);
    }
  });
}

/** What is no event, a console.log of one's own, passes as it is. */
const readably = (paint: Paint) => (line: string) => {
  const entries = entriesIn(line);
  if (entries.length === 0) write(line);
  for (const entry of entries) write(lineOf(entry, paint));
};

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Undefined where help is wanted. */
function read(args: string[]): Settings | undefined {
  const { config, port = "8787", secrets, persist, json = false, help } = options(args);
  if (help) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port must be a number from 0 to 65535, not ${port}.`);
  if (persist !== undefined && existsSync(persist) && !isDirectory(persist))
    throw new UsageError(`--persist must name a folder, and ${persist} is a file.`);
  return { config, port: Number(port), secrets, persist, json };
}

function options(args: string[]) {
  const text = { type: "string" } as const;
  const help = { type: "boolean", short: "h" } as const;
  const json = { type: "boolean" } as const;
  const known = { config: text, port: text, secrets: text, persist: text, json, help };
  try {
    return parseArgs({ args, options: known }).values;
  } catch (fault) {
    throw new UsageError(`${mistyped(fault, Object.keys(known))}\nSee dpop-edge dev --help.`);
  }
}

/** The listeners stay: npm passes a second SIGINT on, which must not leave workerd behind. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.on("SIGINT", () => resolve());
    process.on("SIGTERM", () => resolve());
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
