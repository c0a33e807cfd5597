import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { endToEnd } from "../node/end-to-end/stage.ts";

// The clients of docs/clients that are compiled for minutes, by tools that a machine may not have.
// test/node/elsewhere has the others.

const run = promisify(execFile);
const edge = endToEnd();
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const kept = here("../../build/languages");
const env = { ...process.env, NO_PROXY: "127.0.0.1" };
const places = () => [`${edge.stage.issuer.url}/token`, edge.stage.origin, edge.at("/api/orders")];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-languages-"));
  await mkdir(kept, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Skips, and not in silence, where a tool is missing. */
async function orSkip(context: TestContext, tool: string, ...version: string[]): Promise<void> {
  try {
    await run(tool, version);
  } catch {
    console.warn(`\nSKIPPED: there is no ${tool} here\n`);
    context.skip(`there is no ${tool} here`);
  }
}

test("Kotlin: OkHttp, parallel cold calls", async (context) => {
  await orSkip(context, "java", "-version");
  await orSkip(context, "mvn", "--version");
  const jars = join(kept, "kotlin");
  if (!existsSync(jars)) {
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    const into = `-DoutputDirectory=${jars}.partial`;
    await run("mvn", ["-q", "-B", "-f", here("kotlin/pom.xml"), goal, into]);
    await rename(`${jars}.partial`, jars);
  }
  const compiler = ["-cp", `${jars}/*`, "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"];
  const { stdout: found } = await run("sh", ["-c", `ls "${jars}"/*.jar`]);
  const path = found.trim().split("\n").join(delimiter);
  const made = join(folder, "kotlin");
  await run("java", [
    ...compiler,
    ...["-no-stdlib", "-no-reflect", "-cp", path, "-d", made],
    here("kotlin/Call.kt"),
  ]);
  const classes = [made, path].join(delimiter);
  const { stdout } = await run("java", ["-cp", classes, "CallKt", ...places()], { env });
  expect(stdout).toBe("[200, 200, 200, 200, 200] 200\n");
});

test("Rust: p256 and ureq, parallel cold calls", async (context) => {
  await orSkip(context, "cargo", "--version");
  // Cargo writes beside its sources.
  const sources = join(kept, "rust");
  await cp(here("rust"), sources, { recursive: true });
  await run("cargo", ["build", "--quiet"], { cwd: sources });
  const { stdout } = await run(join(sources, "target/debug/call"), places(), { env });
  expect(stdout).toBe("[200, 200, 200, 200, 200] 200\n");
});
