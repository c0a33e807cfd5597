import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { bundleFunctions, functions } from "../cli/bundle/functions.ts";
import { compileFolder } from "../cli/documents/compile-folder.ts";
import { machine, median } from "./timing.ts";

const run = promisify(execFile);
const rounds = 21;

// What a cold start pays of ours: the bundles of serverless.yml, imported by a process of their own,
// beside a module with nothing in it.
const compiled = compileFolder("config", "aws");
if (!compiled.ok) throw new Error("The documents are wrong: npx dpop-edge check --target aws");
const folder = await mkdtemp(join(tmpdir(), "dpop-edge-bench-"));
try {
  await bundleFunctions(compiled.configuration, folder);
  await writeFile(join(folder, "empty.mjs"), "export const handler = () => undefined;\n");
  const names = ["empty", ...Object.keys(functions)];
  const times = await importTimes(names, folder);
  const empty = median(times.get("empty") ?? []);

  console.log(`dpop-edge bench:aws (${machine}), the median of ${rounds} processes each\n`);
  console.log("  function      KiB   KiB gzip   import ms   over an empty module");
  for (const name of names) {
    const bytes = await readFile(join(folder, `${name}.mjs`));
    const taken = median(times.get(name) ?? []);
    const figures = [
      kib(bytes.length).padStart(6),
      kib(gzipSync(bytes).length).padStart(9),
      taken.toFixed(1).padStart(10),
      (taken - empty).toFixed(1).padStart(11),
    ];
    console.log(`  ${name.padEnd(10)} ${figures.join(" ")}`);
  }
} finally {
  await rm(folder, { recursive: true });
}

/** Every module in every round, so that drift hits all alike. */
async function importTimes(names: readonly string[], folder: string) {
  const script = `const began = performance.now(); await import(process.argv[1]); console.log(performance.now() - began);`;
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, taken] of times) {
      const module = join(folder, `${name}.mjs`);
      const options = { env: { ...process.env, INTERNAL_JWKS_URL: "https://api.example/jwks" } };
      const args = ["--input-type=module", "-e", script, module];
      taken.push(Number((await run(process.execPath, args, options)).stdout));
    }
  }
  return times;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
