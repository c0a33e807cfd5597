import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Mutant, mutantsOf } from "./mutants.ts";

// npm run mutate [-- --folder dpop] [--sample N] [--seed N] [--file PART] [--concurrency N] [--all]
// Changes the core in small ways, one at a time, and tells which changes no test noticed.

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Milliseconds, at least: a mutant that loops is noticed as well, by a run that does not end. */
const shortestDeadline = 20_000;

/** The tests of a folder, the quickest first; what passes them meets the next ones. */
const tests: Readonly<Record<string, readonly (readonly string[])[]>> = {
  dpop: [["test/core/dpop"], ["test/core/authorizer", "test/core/replay/contract"]],
  token: [["test/core/token"], ["test/core/authorizer"]],
  jws: [["test/core/jws"], ["test/core/dpop", "test/core/token"]],
  replay: [["test/core/replay"]],
  revocation: [["test/core/revocation"], ["test/core/authorizer/revoc"]],
  route: [["test/core/route"], ["test/core/authorizer"]],
};

const { values } = parseArgs({
  options: {
    folder: { type: "string", multiple: true },
    file: { type: "string" },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "2" },
    all: { type: "boolean", default: false },
  },
});

const folders = values.folder ?? Object.keys(tests);
const every = folders.flatMap((folder) =>
  globSync(`src/${folder}/**/*.ts`, { cwd: root })
    .filter((file) => values.file === undefined || file.includes(values.file))
    .toSorted()
    .flatMap((file) => mutantsOf(file, readFileSync(`${root}${file}`, "utf8"))),
);
const chosen = values.all
  ? every
  : sample(every, Number(values.sample ?? 100), Number(values.seed));

/** How long each step takes without a mutant, in milliseconds. */
const usual = new Map<readonly string[], number>();
for (const step of new Set(folders.flatMap((folder) => tests[folder] ?? []))) {
  const began = performance.now();
  if (!(await passes(step))) throw new Error(`${step.join(" ")} fails without a mutant`);
  usual.set(step, performance.now() - began);
}

const survivors: Mutant[] = [];
let done = 0;
const waiting = [...chosen];
await Promise.all(
  Array.from({ length: Number(values.concurrency) }, async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      if (await survives(mutant)) {
        survivors.push(mutant);
        console.log(`survived  ${describe(mutant)}`);
      }
      done += 1;
      if (done % 25 === 0) console.log(`${done} of ${chosen.length}, ${survivors.length} survived`);
    }
  }),
);
const killed = chosen.length - survivors.length;
const score = ((100 * killed) / Math.max(1, chosen.length)).toFixed(1);
console.log(
  `mutate: ${killed} of ${chosen.length} killed, ${score} % (of ${every.length} mutants in src/{${folders.join(",")}}, seed ${values.seed})`,
);

async function survives(mutant: Mutant): Promise<boolean> {
  for (const step of tests[mutant.file.split("/")[1] ?? ""] ?? [])
    if (!(await passes(step, mutant))) return false;
  return true;
}

function passes(files: readonly string[], mutant?: Mutant): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [
      `${root}node_modules/vitest/vitest.mjs`,
      "run",
      "--config",
      `${root}scripts/mutate/vitest.config.ts`,
      "--bail=1",
      "--reporter=dot",
      ...files,
    ],
    {
      cwd: root,
      stdio: "ignore",
      timeout: mutant ? Math.max(shortestDeadline, Math.round(4 * (usual.get(files) ?? 0))) : 0,
      killSignal: "SIGKILL",
      env: { ...process.env, ...(mutant ? { MUTANT: JSON.stringify(mutant) } : {}) },
    },
  );
  return new Promise((resolve) => child.once("exit", (code) => resolve(code === 0)));
}

function describe({ file, line, was, text }: Mutant): string {
  const told = (source: string) => source.replace(/\s+/g, " ").slice(0, 70);
  return `${file}:${line}  ${told(was)}  ->  ${told(text)}`;
}

/** The same ones for the same seed: a linear congruential shuffle. */
function sample(from: readonly Mutant[], size: number, seed: number): Mutant[] {
  const left = [...from];
  let state = seed >>> 0;
  const taken: Mutant[] = [];
  while (taken.length < size && left.length > 0) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    taken.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return taken;
}
