import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

// npm create dpop-edge, as npm runs it: npm exec of the two tarballs, in an empty folder.

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const manifest = async (file: string) => JSON.parse(await readFile(join(root, file), "utf8"));

let folder = "";
const packages: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-create-"));
  const pack = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
  for (const cwd of [root, join(root, "create")]) {
    const { stdout } = await run("npm", pack, { cwd });
    packages.push(`--package=${join(folder, stdout.trim().split("\n").at(-1) ?? "")}`);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const create = (...args: string[]) => {
  const exec = ["exec", "--yes", "--prefer-offline", ...packages, "--", "create-dpop-edge"];
  return run("npm", [...exec, ...args], { cwd: folder });
};

test("makes the project that init makes, of the package that it came from", async () => {
  const options = ["--target", "cloudflare", "--issuer", "http://127.0.0.1:9"];
  const { stdout } = await create("api", ...options);
  expect(stdout).toContain("\ncd api && npm install\nnpm test\nnpm run dev\n");
  expect((await stat(join(folder, "api/.dev.vars"))).mode & 0o777).toBe(0o600);
  const made = JSON.parse(await readFile(join(folder, "api/package.json"), "utf8"));
  expect(made.dependencies["dpop-edge"]).toMatch(/^file:\.\.\/dpop-edge-\d.*\.tgz$/);
  const again = create("api", ...options);
  await expect(again).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("already"),
  });
});

test("it is released as the version that it makes projects of", async () => {
  const { name, version } = await manifest("package.json");
  const own = await manifest("create/package.json");
  expect(own).toMatchObject({ name: `create-${name}`, version, dependencies: { [name]: version } });
});
