import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { here, startEdge, startPassThrough } from "./edge.ts";
import { caseNamed, proven } from "./ladder.ts";
import { type Extent, run } from "./measure.ts";
import { startOrigin } from "./origin.ts";
import type { RawWorkerd } from "./raw-workerd.ts";
import { source, sourceMap } from "./source-map.ts";
import { compiledCode, type Kind, kindOf, ourJavaScript, shortened } from "./stack-kinds.ts";

/** What a request costs the workerd process, in microseconds of CPU. */
export interface Spent {
  readonly cpu: number;
  readonly kinds: ReadonlyMap<Kind, number>;
  /** Of our JavaScript, by the file of the innermost function. */
  readonly files: ReadonlyMap<string, number>;
}

/** One of the two that are compared. */
interface Subject {
  readonly workerd: RawWorkerd;
  readonly perf: Perf;
  /** Of what every answer must be. */
  readonly status: number;
  readonly map?: SourceMap;
  make(count: number): Promise<readonly Buffer[]>;
}

interface Perf {
  readonly file: string;
  tell(command: "enable" | "disable" | "stop"): Promise<void>;
}

const recording = ["record", "--event=cpu-clock", "--freq=4999", "-g"];

/** Why the stacks cannot be read here. */
export function refusal(): string | undefined {
  const wanted =
    "bench --native wants Linux's perf, and root or a kernel.perf_event_paranoid of 1 at most";
  const { error, status, stderr } = spawnSync("perf", [...recording, "--output=-", "true"], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (error) return `${wanted}: ${error.message}`;
  if (status !== 0) return `${wanted}: ${stderr.trim().split("\n")[0]}`;
  const level = readFileSync("/proc/sys/kernel/perf_event_paranoid", "utf8").trim();
  if (process.getuid?.() !== 0 && Number(level) > 1) return `${wanted}: it is ${level}`;
  return undefined;
}

/** Where the CPU time of the process goes while one kind of request comes in, and while it is passed on. */
export async function native(
  caseName: string,
  extent: Extent,
): Promise<{ readonly edge: Spent; readonly passThrough: Spent }> {
  const { mode, status, requests } = caseNamed(caseName);
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-native-"));
  const v8Flags = [
    "--perf-basic-prof",
    `--perf-basic-prof-path=${folder}`,
    `--logfile=${join(folder, "v8.log")}`,
    "--interpreted-frames-native-stack",
  ];
  const origin = await startOrigin();
  const edge = await startEdge({ origin, mode, clients: extent.clients, tree: here, v8Flags });
  const passThrough = await startPassThrough(origin, v8Flags);
  try {
    const ours: Subject = {
      workerd: edge.workerd,
      perf: perfOf(edge.workerd.pid, folder),
      status,
      map: sourceMap(edge.script),
      async make(count) {
        await edge.refreshNonces();
        return requests(edge, count);
      },
    };
    const theirs: Subject = {
      workerd: passThrough,
      perf: perfOf(passThrough.pid, folder),
      status: 200,
      make: async (count) => proven("/full/x")(edge, count),
    };
    const [ourCpu = Number.NaN, theirCpu = Number.NaN] = await cpus([ours, theirs], extent);
    return {
      edge: await spent(ours, ourCpu, folder),
      passThrough: await spent(theirs, theirCpu, folder),
    };
  } finally {
    await Promise.all([edge.workerd.stop(), passThrough.stop()]);
    origin.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Sampled in turn, so that drift hits both alike; what a request took of each. */
async function cpus(
  subjects: readonly Subject[],
  { rounds, requests, connections }: Extent,
): Promise<readonly number[]> {
  const sums = subjects.map(() => 0);
  // The rounds before the first warm up: V8 compiles while they run.
  for (let round = -4; round < rounds; round += 1)
    for (const [at, { workerd, perf, status, make }] of subjects.entries()) {
      const ready = await make(requests);
      if (round >= 0) await perf.tell("enable");
      const { cpu } = await run(workerd, ready, status, connections);
      if (round >= 0) await perf.tell("disable");
      if (round >= 0) sums[at] = (sums[at] ?? 0) + cpu;
    }
  for (const { perf } of subjects) await perf.tell("stop");
  return sums.map((sum) => sum / rounds);
}

async function spent({ workerd, perf, map }: Subject, cpu: number, folder: string): Promise<Spent> {
  const code = compiledCode(readFileSync(join(folder, `perf-${workerd.pid}.map`), "utf8"));
  const kinds = new Map<Kind, number>();
  const files = new Map<string, number>();
  let all = 0;
  for await (const stack of stacks(perf.file, (line) => frameName(line, code, map))) {
    const kind = kindOf(stack);
    add(kinds, kind);
    if (kind === ourJavaScript) add(files, fileOf(stack));
    all += 1;
  }
  const sized = <Name>(counts: ReadonlyMap<Name, number>) =>
    new Map([...counts].map(([name, count]) => [name, (count / all) * cpu]));
  return { cpu, kinds: sized(kinds), files: sized(files) };
}

/** Samples all threads of the process whenever it is enabled. */
function perfOf(pid: number, folder: string): Perf {
  const file = join(folder, `${pid}.data`);
  const how = ["--delay=-1", "--control=fd:3,4", `--pid=${pid}`, `--output=${file}`];
  const perf = spawn("perf", [...recording, ...how], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const [, , , control, answers] = perf.stdio;
  const ended = once(perf, "exit");
  return {
    file,
    async tell(command) {
      if (!control || !("write" in control) || !answers) throw new Error("perf has no pipes");
      control.write(`${command}\n`);
      if (command === "stop") return void (await ended);
      const early = ended.then(() => Promise.reject(new Error("perf has ended")));
      await Promise.race([once(answers, "data"), early]);
    },
  };
}

/** Every sample's names, the innermost first. */
async function* stacks(
  file: string,
  nameOf: (line: string) => string,
): AsyncGenerator<readonly string[]> {
  const script = spawn("perf", ["script", `--input=${file}`, "-F", "comm,tid,ip,sym,dso"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const names = new Map<string, string>();
  let stack: string[] = [];
  for await (const line of createInterface(script.stdout)) {
    if (!line.startsWith("\t")) {
      if (stack.length > 0) yield stack;
      stack = [];
      continue;
    }
    const name = names.get(line) ?? nameOf(line);
    names.set(line, name);
    stack.push(name);
  }
}

/** Of a line of perf's: address, symbol, and in brackets where it is from. */
function frameName(line: string, code: ReturnType<typeof compiledCode>, map?: SourceMap): string {
  const [, address = "", symbol = ""] = /^\s*([0-9a-f]+) (.*) \([^()]*\)$/.exec(line) ?? [];
  if (/^f{4}[0-9a-f]{12}$/.test(address)) return `kernel: ${symbol}`;
  if (symbol !== "[unknown]") return shortened(symbol);
  const name = code(Number.parseInt(address, 16)) ?? symbol;
  const [, called = "", row, column] = /^JS:\W*(.*?) ?worker\.js:(\d+):(\d+)/.exec(name) ?? [];
  if (row === undefined) return name.replace(/^JS:/, "JS ");
  const file = map ? source(map, Number(row) - 1, Number(column) - 1).file : "worker.js";
  return `JS ${called || "(anonymous)"} ${file}`;
}

function fileOf(stack: readonly string[]): string {
  return stack.find((name) => name.startsWith("JS "))?.replace(/.* /, "") ?? "";
}

function add<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
