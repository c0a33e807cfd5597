import { parseArgs } from "node:util";
import { createPaint, type Paint } from "./paint.ts";
import { interrupted } from "./signal.ts";
import { createStops, type Stops } from "./stops.ts";

/** A demo with a command of its own, which takes --json and --help. */
export interface Demo {
  readonly usage: string;
  /** Plays it; `ok`: all was as it must be. With --json the whole is printed as it is returned. */
  readonly run: (scene: Scene) => Promise<{ readonly ok: boolean }>;
}

export interface Scene {
  readonly stops: Stops;
  readonly paint: Paint;
  /** For people: silent with --json. */
  readonly write: (text: string) => void;
}

/** 0: all as it must be. 1: not. 2: a flag that there is not. 130 or 143: interrupted before the end. */
export async function perform(args: readonly string[], { usage, run }: Demo): Promise<number> {
  const flags = readFlags(args);
  if ("wrong" in flags) {
    process.stderr.write(`${flags.wrong}\n`);
    return 2;
  }
  if (flags.help) {
    process.stdout.write(usage);
    return 0;
  }
  const signal = interrupted();
  const stops = createStops();
  const write = (text: string) => void process.stdout.write(text);
  const paint = createPaint(process.stdout.isTTY, process.env);
  try {
    const scene = { stops, paint, write: flags.json ? () => undefined : write };
    const ended = await Promise.race([run(scene), signal]);
    if ("code" in ended) return ended.code;
    if (flags.json) write(`${JSON.stringify(ended, undefined, 2)}\n`);
    return ended.ok ? 0 : 1;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await stops.all();
  }
}

function readFlags(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    const [reason = ""] = error instanceof Error ? error.message.split(". ") : [];
    return { wrong: `${reason}. The flags are --json and --help.` };
  }
}
