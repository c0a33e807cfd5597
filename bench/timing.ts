import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startScript } from "../cli/workerd.ts";
import { cases } from "./decision.ts";

/** Microseconds a run, by case. */
export type Timings = ReadonlyMap<string, number>;

const count = 2000;
const rounds = 5;

/** The cases on Node, in this process. */
export async function onNode(): Promise<Timings> {
  const ready = await cases(count);
  return await measure(
    ready.map((each) => each.name),
    async () => await cases(count),
    async (name, made) => {
      const chosen = made.find((each) => each.name === name);
      if (chosen === undefined) throw new Error(`no case ${name}`);
      for (let index = 0; index < count; index += 1) await chosen.run(index);
    },
  );
}

/** The same cases inside workerd. */
export async function onWorkerd(): Promise<Timings> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./decision-worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
  });
  const worker = await startScript({ script: outputFiles[0]?.text ?? "" });
  const ask = async (query: string): Promise<Response> => {
    const response = await fetch(`${worker.url}/?count=${count}${query}`);
    if (!response.ok)
      throw new Error(`the bench Worker answered ${response.status}: ${await response.text()}`);
    return response;
  };
  try {
    const names: unknown = await (await ask("")).json();
    return await measure(
      Array.isArray(names) ? names.map(String) : [],
      async () => await (await ask("")).text(),
      async (name) => await (await ask(`&case=${encodeURIComponent(name)}`)).text(),
    );
  } finally {
    await worker.stop();
  }
}

/** The median of several rounds, every case in every round, so that drift hits all alike. */
async function measure<Made>(
  names: readonly string[],
  make: () => Promise<Made>,
  run: (name: string, made: Made) => Promise<unknown>,
): Promise<Timings> {
  const samples = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const made = await make();
    for (const [name, taken] of samples) {
      const began = performance.now();
      await run(name, made);
      taken.push(((performance.now() - began) * 1000) / count);
    }
  }
  return new Map([...samples].map(([name, taken]) => [name, median(taken)]));
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

export const machine = `${cpus().length} cores, Node ${process.versions.node}`;
