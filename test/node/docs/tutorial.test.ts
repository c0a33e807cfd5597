import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/documents/index.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const page = await readFile(`${root}docs/tutorial.md`, "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
    ([, block = ""]) => block,
  );
const [mechanisms = "", rules = ""] = blocks("yaml");
const [edgeTest = "", app = "", service = ""] = blocks("js");

// docs/tutorial.md, in a folder of its own: the commands are init's, which the package's test runs.
describe("the tutorial", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dpop-edge-tutorial-"));
    await mkdir(join(folder, "config"));
    await mkdir(join(folder, "test"));
    await mkdir(join(folder, "node_modules"));
    await symlink(root, join(folder, "node_modules/dpop-edge"));
    await writeFile(join(folder, "package.json"), '{"name":"estate","type":"module"}');
    await writeFile(join(folder, "config/mechanisms.yaml"), mechanisms);
    await writeFile(join(folder, "config/rules.yaml"), rules);
    // From source: this test needs no build.
    const source = JSON.stringify(join(root, "testing/index.ts"));
    const own = edgeTest.replace('"dpop-edge/testing/node"', source);
    await writeFile(join(folder, "test/edge.test.js"), own);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("its documents compile without a note", () => {
    const result = compile(
      {
        mechanisms: { file: "mechanisms.yaml", text: mechanisms },
        rules: [{ file: "rules.yaml", text: rules }],
      },
      { target: "cloudflare", environment: {} },
    );
    expect(result).toMatchObject({ ok: true, notes: [] });
  });

  test("check says what the page says", async () => {
    const [, says = ""] = /says `(The documents are right[^`]*)`/.exec(page) ?? [];
    const args = ["check", "--config", "config", "--target", "cloudflare"];
    const { stdout } = await run(process.execPath, [join(root, "cli/main.ts"), ...args], {
      cwd: folder,
    });
    expect(stdout).toContain(says);
  });

  test("its test passes", async () => {
    const { stdout } = await run(process.execPath, ["--test"], { cwd: folder });
    expect(stdout).toMatch(/pass 6\n.*fail 0/);
  });

  test.each([
    ["the app", app, "browser" as const],
    ["the service", service, "node" as const],
  ])("%s bundles", async (_, contents, platform) => {
    const entries = {
      "dpop-edge/client": "src/client/index.ts",
      "dpop-edge/client/browser": "adapters/browser/index.ts",
      "dpop-edge/upstream": "src/upstream/index.ts",
    };
    const alias = Object.fromEntries(
      Object.entries(entries).map(([name, path]) => [name, join(root, path)]),
    );
    const stdin = { contents, resolveDir: folder };
    const made = await build({ stdin, bundle: true, write: false, format: "esm", platform, alias });
    expect(made.errors).toEqual([]);
    expect(made.outputFiles[0]?.text).toContain("api.example.com");
  });

  test("its wrangler.toml block and commands are those of the other pages", async () => {
    const cloudflare = await readFile(`${root}docs/cloudflare.md`, "utf8");
    for (const block of blocks("toml")) expect(cloudflare).toContain(block);
    const commands = blocks("sh").join("\n");
    for (const script of ["npm test", "npm run dev", "npm run dry-run", "npm run deploy"]) {
      expect(commands).toContain(script);
    }
  });
});
