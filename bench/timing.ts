import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Case } from "./decision.ts";
import { startRawWorkerd } from "./raw-workerd.ts";

/** Microseconds of CPU a run, by case. */
export type Timings = ReadonlyMap<string, number>;

export interface Loop {
  /** Runs of a case in a round. */
  readonly count: number;
  readonly rounds: number;
}

/** The cases and the peers on Node, in this process. `tree`: the commit whose decisions are timed. */
export async function onNode(tree: URL, loop: Loop): Promise<Timings> {
  const { cases, given }: typeof import("./decision.ts") = await import(
    new URL("bench/decision.ts", tree).href
  );
  const { peersOnNode }: typeof import("./peers-node.ts") = await import("./peers-node.ts");
  const made = async (): Promise<readonly Case[]> => [
    ...(await cases(loop.count)),
    ...(await peersOnNode(await given(loop.count))),
  ];
  const names = (await made()).map((each) => each.name);
  return await measure(names, loop, made, async (name, ready) => {
    const chosen = ready.find((each) => each.name === name);
    if (chosen === undefined) throw new Error(`no case ${name}`);
    const before = process.cpuUsage();
    for (let index = 0; index < loop.count; index += 1) await chosen.run(index);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
}

/** The same inside workerd, without the peers that need Node. */
export async function onWorkerd(tree: URL, loop: Loop): Promise<Timings> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("bench/decision-worker.ts", tree))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "silent",
  });
  const worker = await startRawWorkerd({ script: outputFiles[0]?.text ?? "" });
  const ask = async (query: string): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${worker.port}/?count=${loop.count}${query}`);
    if (!response.ok)
      throw new Error(`the bench Worker answered ${response.status}: ${await response.text()}`);
    return response;
  };
  try {
    const names: unknown = await (await ask("")).json();
    return await measure(
      Array.isArray(names) ? names.map(String) : [],
      loop,
      async () => await (await ask("")).text(),
      async (name) => {
        const before = worker.cpu();
        await (await ask(`&case=${encodeURIComponent(name)}`)).text();
        return worker.cpu() - before;
      },
    );
  } finally {
    await worker.stop();
  }
}

/** The median of several rounds, every case in every round, so that drift hits all alike. */
async function measure<Made>(
  names: readonly string[],
  { count, rounds }: Loop,
  make: () => Promise<Made>,
  run: (name: string, made: Made) => Promise<number>,
): Promise<Timings> {
  const samples = new Map<string, number[]>(names.map((name) => [name, []]));
  // One round more than is counted: the first one warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const made = await make();
    for (const [name, taken] of samples) {
      const cpu = await run(name, made);
      if (round > 0) taken.push(cpu / count);
    }
  }
  return new Map([...samples].map(([name, taken]) => [name, median(taken)]));
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

export const machine = `${cpus().length} cores, Node ${process.versions.node}`;
