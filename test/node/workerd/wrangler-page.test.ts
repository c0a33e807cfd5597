import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { type RunningWorker, startScript } from "../../../cli/workerd/workerd.ts";
import { open, secrets } from "../dev/world.ts";

// What docs/cloudflare.md tells people to write and to type.

const root = fileURLToPath(new URL("../../../", import.meta.url));
const page = readFileSync(`${root}docs/cloudflare.md`, "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, code = ""]) => code,
  );
const commands = blocks("sh")
  .flatMap((block) => block.trim().split("\n"))
  .flatMap((line) => line.split(" | "))
  .flatMap((command) => /npx dpop-edge (.*)/.exec(command)?.[1] ?? []);

test("there are commands to check", () => {
  expect(commands.length).toBeGreaterThan(5);
});

test.each(commands)("dpop-edge %s: the command and its options exist", (command) => {
  const [words = "", ...options] = command.replace(/ >>.*/, "").split(" --");
  const args = [`${root}cli/main.ts`, ...words.trim().split(" "), "--help"];
  const help = execFileSync(process.execPath, args, { encoding: "utf8" });
  for (const option of options) expect(help).toContain(`--${option.split(" ")[0]} `);
});

test("the binding that it shows is the one that wrangler.toml has", () => {
  const shown = blocks("toml").find((block) => block.includes("durable_objects"));
  expect(readFileSync(`${root}wrangler.toml`, "utf8")).toContain(shown);
  expect(unstable_readConfig({ config: `${root}wrangler.toml` }).durable_objects.bindings).toEqual([
    expect.objectContaining({ name: "REPLAY", class_name: "ReplayShard" }),
  ]);
});

/** The page's modules, by the names that they import each other by. */
function pageModules(entry: string, app: string): Plugin {
  const modules: Readonly<Record<string, string>> = {
    entry,
    "./app.js": app,
    "./documents.js": `export default ${JSON.stringify({ ...open("unused.example"), publicOrigins: [] })}`,
  };
  return {
    name: "page",
    setup(bundler) {
      bundler.onResolve({ filter: /^(entry|\.\/(app|documents)\.js)$/ }, ({ path, importer }) =>
        importer.startsWith("/") ? undefined : { path, namespace: "page" },
      );
      bundler.onResolve({ filter: /^dpop-edge\/cloudflare$/ }, () => ({
        path: `${root}adapters/cloudflare/index.ts`,
      }));
      bundler.onLoad({ filter: /.*/, namespace: "page" }, ({ path }) => ({
        contents: modules[path] ?? "",
        resolveDir: root,
      }));
    },
  };
}

describe("the Worker that it shows", () => {
  let worker: RunningWorker;

  beforeAll(async () => {
    const [entry = "", app = ""] = blocks("ts");
    const { outputFiles } = await build({
      entryPoints: ["entry"],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
      external: ["cloudflare:*"],
      plugins: [pageModules(entry, app)],
    });
    const script = outputFiles[0]?.text ?? "";
    worker = await startScript({ script, replay: true, secrets });
  });
  afterAll(() => worker?.stop());

  test("lets through what the rules allow, and says whose it is", async () => {
    const response = await fetch(`${worker.url}/api/x`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ hello: "anonymous", scopes: [] });
  });

  test("and nothing else", async () => {
    expect((await fetch(`${worker.url}/elsewhere`)).status).toBe(401);
  });
});
