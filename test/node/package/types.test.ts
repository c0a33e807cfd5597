import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = new URL("../../..", import.meta.url).pathname;
/** Where a consumer's web types come from. */
const surroundings = [
  ["no types of the web at all", ["ES2024"], []],
  ["DOM", ["ES2024", "DOM"], []],
  ["Node's types", ["ES2024"], ["node"]],
  ["Workers' types", ["ES2024"], ["@cloudflare/workers-types"]],
] as const;

const everywhere = ["dpop-edge", "dpop-edge/client", "dpop-edge/testing", "dpop-edge/upstream"];

// Somebody's project that checks the declarations it imports: strict, skipLibCheck false.
describe("the package's types, by themselves", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dpop-edge-types-"));
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    const packages = ["typescript@5.9.3", "@types/node@24.19.2", "@types/aws-lambda@8.10.164"];
    const options = ["--prefer-offline", "--no-audit", "--no-fund"];
    await run("npm", ["install", ...options, ...packages], { cwd: folder });
    // The checkout is the package as built: tsc -b has just run.
    await symlink(root, join(folder, "node_modules/dpop-edge"));
    await mkdir(join(folder, "node_modules/@cloudflare"), { recursive: true });
    const workers = "node_modules/@cloudflare/workers-types";
    await symlink(join(root, workers), join(folder, workers));
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** @param compiler the folder whose TypeScript compiles */
  async function errors(
    compiler: string,
    use: string,
    lib: readonly string[],
    types: readonly string[],
  ) {
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
      ...{ module: "nodenext", target: "es2024", preserveSymlinks: true, lib, types },
    };
    await writeFile(join(folder, "use.ts"), use);
    const project = JSON.stringify({ compilerOptions, files: ["use.ts"] });
    await writeFile(join(folder, "tsconfig.json"), project);
    const tsc = join(compiler, "node_modules/typescript/bin/tsc");
    const compiled = await run(process.execPath, [tsc, "-p", folder]).catch((failed) => failed);
    return compiled.stdout;
  }
  const importing = (names: readonly string[]) =>
    names.map((name, at) => `export * as e${at} from "${name}";`).join("\n");

  test.each(surroundings)("compile with %s", async (_, lib, types) => {
    expect(await errors(root, importing(everywhere), lib, types)).toBe("");
  });

  test("of an adapter compile with its runtime's types", async () => {
    const workers = ["@cloudflare/workers-types"];
    const onWorkers = ["dpop-edge/cloudflare", "dpop-edge/hono"];
    expect(await errors(root, importing(onWorkers), ["ES2024"], workers)).toBe("");
    const onNode = ["dpop-edge/aws", "dpop-edge/client/node", "dpop-edge/testing/node"];
    expect(await errors(root, importing(onNode), ["ES2024"], ["node"])).toBe("");
  });

  test("are types: what is wrong does not compile", async () => {
    const use = `import { createDpopClient } from "dpop-edge/client";
export const client = createDpopClient({ origins: 1 });`;
    expect(await errors(root, use, ["ES2024"], [])).toContain("error TS2322");
  });

  // It takes its time: one project with nothing of the web, one with all of Node.
  test("compile with TypeScript 5.9 too", async () => {
    expect(await errors(folder, importing(everywhere), ["ES2024"], [])).toBe("");
    const all = [...everywhere, "dpop-edge/aws", "dpop-edge/client/node"];
    expect(await errors(folder, importing(all), ["ES2024"], ["node"])).toBe("");
  });
});
