import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isRecord } from "../../src/record.ts";

const run = promisify(execFile);

/** Milliseconds. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

export interface ColdStart {
  readonly import: Taken;
  /** Nothing where the module was not warmed up. */
  readonly warmUp: Taken;
  /** From the event to the answer; nothing where there was no event. */
  readonly first: Taken;
  readonly answer: unknown;
}

/** What is done with a module in a process of its own. */
export interface Start {
  readonly module: string;
  readonly warm?: boolean;
  readonly event?: object;
}

// Lambda's own runtime has loaded node:http before it imports a function, and writes its log by writeSync.
const script = `
  process.getBuiltinModule("node:http");
  const { writeSync } = process.getBuiltinModule("node:fs");
  console.log = (line) => writeSync(1, line + "\\n");
  const [, module, warm, event] = process.argv;
  const steps = [];
  async function timed(step) {
    const began = performance.now();
    const before = process.cpuUsage();
    const made = await step();
    const { user, system } = process.cpuUsage(before);
    steps.push({ wall: performance.now() - began, cpu: (user + system) / 1000 });
    return made;
  }
  const { handler } = await timed(() => import(module));
  await timed(() => (warm === "warm" ? handler.warmUp() : undefined));
  const context = { getRemainingTimeInMillis: () => 10_000 };
  const answer = await timed(() => (event ? handler(JSON.parse(event), context) : undefined));
  console.log("\\n" + JSON.stringify({ steps, answer }));
  process.exit();`;

/** Imports a module in a new process, as Lambda does, and hands it one event. */
export async function coldStart(
  { module, warm = false, event }: Start,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ColdStart> {
  const args = ["--input-type=module", "-e", script, module, warm ? "warm" : "cold"];
  if (event) args.push(JSON.stringify(event));
  const { stdout } = await run(process.execPath, args, { env: environment });
  // The lines before are the function's own log.
  const told: unknown = JSON.parse(stdout.slice(stdout.trimEnd().lastIndexOf("\n")));
  const steps: readonly unknown[] = isRecord(told) && Array.isArray(told.steps) ? told.steps : [];
  const [imported, warmUp, first] = steps.map(taken);
  if (!imported || !warmUp || !first) throw new Error(`The process of ${module} told no times.`);
  return { import: imported, warmUp, first, answer: isRecord(told) ? told.answer : undefined };
}

function taken(step: unknown): Taken {
  const { wall, cpu } = isRecord(step) ? step : {};
  return { wall: Number(wall), cpu: Number(cpu) };
}
