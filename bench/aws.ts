import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundleFunctions, functions } from "../cli/bundle/functions.ts";
import { isRecord } from "../src/record.ts";
import { type ColdStart, coldStart, type Taken } from "./lambda/cold-start.ts";
import { type LambdaStage, openLambdaStage } from "./lambda/stage.ts";
import { machine, median } from "./timing.ts";

// What a cold start pays of ours: the bundles of serverless.yml, each in processes of its own, beside
// a module with nothing in it and a function that only fetches keys.
const rounds = 21;
const names = ["empty", ...Object.keys(functions)];
const modules = {
  empty: "export const handler = () => undefined;\n",
  bare: "export const handler = async () => (await fetch(process.env.KEYS_URL)).json();\n",
};
const notYetWarm = (name: string) => fileURLToPath(new URL(`lambda/${name}.ts`, import.meta.url));

const stage = await openLambdaStage("config");
const folder = await mkdtemp(join(tmpdir(), "dpop-edge-bench-"));
const environment = { INTERNAL_JWKS_URL: "https://api.example/jwks", ...stage.environment };
try {
  await bundleFunctions(stage.configuration, folder, {
    ...functions,
    authorizer: notYetWarm("authorizer"),
    proxy: notYetWarm("proxy"),
  });
  for (const [name, text] of Object.entries(modules))
    await writeFile(join(folder, `${name}.mjs`), text);
  console.log(`dpop-edge bench:aws (${machine}), the median of ${rounds} processes each\n`);
  await printImports();
  console.log(
    "\nFrom the import to the answer that lets a request pass; in brackets the CPU of it\n",
  );
  await printStarts(stage);
} finally {
  await rm(folder, { recursive: true });
  await stage.stop();
}

async function printImports(): Promise<void> {
  const starts = await interleaved(names, (name) => start(name));
  const empty = middle(starts.get("empty"), "import");
  console.log("  function      KiB   KiB gzip   import ms            over an empty module");
  for (const name of names) {
    const bytes = await readFile(join(folder, `${name}.mjs`));
    const taken = middle(starts.get(name), "import");
    const sizes = [kib(bytes.length).padStart(6), kib(gzipSync(bytes).length).padStart(9)];
    console.log(
      `  ${name.padEnd(10)} ${sizes.join(" ")} ${told(taken)} ${told(less(taken, empty))}`,
    );
  }
}

async function printStarts({ events }: LambdaStage): Promise<void> {
  const ways = ["bare", "authorizer", "authorizer, cold", "proxy", "proxy, cold"];
  const starts = await interleaved(ways, async (way) => {
    if (way === "bare") return await start("bare", {});
    const name = way.startsWith("proxy") ? "proxy" : "authorizer";
    const made = await start(name, (await events())[name], !way.endsWith("cold"));
    if (!passed(made.answer)) throw new Error(`${way}: ${JSON.stringify(made.answer)}`);
    return made;
  });
  const bare = middle(starts.get("bare"), "first");
  console.log(
    "  function          import               warm-up              first decision       beside the key fetch",
  );
  for (const way of ways) {
    const made = starts.get(way);
    const first = middle(made, "first");
    // A function that is warm has fetched the keys before.
    const beside = way.endsWith("cold") ? less(first, bare) : first;
    const columns = [middle(made, "import"), middle(made, "warmUp"), first, beside];
    console.log(`  ${way.padEnd(16)} ${columns.map(told).join(" ")}`);
  }
}

function start(name: string, event?: object, warm = false): Promise<ColdStart> {
  const module = join(folder, `${name}.mjs`);
  return coldStart({ module, warm, ...(event ? { event } : {}) }, environment);
}

/** Every one in every round, so that drift hits all alike. */
async function interleaved(
  names: readonly string[],
  begin: (name: string) => Promise<ColdStart>,
): Promise<ReadonlyMap<string, readonly ColdStart[]>> {
  const starts = new Map<string, ColdStart[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, made] of starts) made.push(await begin(name));
  return starts;
}

function middle(starts: readonly ColdStart[] = [], step: "import" | "warmUp" | "first"): Taken {
  const of = (kind: keyof Taken) => median(starts.map((each) => each[step][kind]));
  return { wall: of("wall"), cpu: of("cpu") };
}

function less(taken: Taken, other: Taken): Taken {
  return { wall: taken.wall - other.wall, cpu: taken.cpu - other.cpu };
}

function passed(answer: unknown): boolean {
  return (
    isRecord(answer) && (answer.statusCode === 200 || "internalToken" in Object(answer.context))
  );
}

function told({ wall, cpu }: Taken): string {
  return `${wall.toFixed(1).padStart(8)} (${cpu.toFixed(1)})`.padEnd(20);
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
