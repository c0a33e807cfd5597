import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { endToEnd } from "../end-to-end/stage.ts";

// Clients in other languages, unmodified, and this client in another runtime. What cannot be had in
// a minute is said so aloud, and its test skipped.
const run = promisify(execFile);
const edge = endToEnd();

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-elsewhere-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Skips, and not in silence. */
async function orSkip<Result>(
  context: TestContext,
  what: string,
  install: () => Promise<Result>,
): Promise<Result> {
  try {
    return await install();
  } catch (error) {
    const [why] = String(error instanceof Error ? error.message : error).split("\n", 1);
    console.warn(`\nSKIPPED: ${what} could not be installed here: ${why}\n`);
    return context.skip(`${what} could not be installed`);
  }
}

const places = () => [`${edge.stage.issuer.url}/token`, edge.stage.origin, edge.at("/api/orders")];
const soon = { timeout: 60_000, killSignal: "SIGKILL" as const };

test("Python: requests-oauth2client", async (context) => {
  const packages = join(folder, "python");
  const wanted = ["--target", packages, "requests-oauth2client==1.8.0"];
  await orSkip(context, "requests-oauth2client for Python", () =>
    run("python3", ["-m", "pip", "install", "--quiet", "--no-input", ...wanted], soon),
  );
  const program = new URL("./call.py", import.meta.url).pathname;
  const { stdout } = await run("python3", [program, ...places()], {
    env: { ...process.env, PYTHONPATH: packages, NO_PROXY: "127.0.0.1" },
  });
  expect(JSON.parse(stdout)).toEqual({
    statuses: [200, 200, 200, 200, 200, 200],
    caller: "agent",
    body: '{"order": "tea"}',
  });
}, 120_000);

test("Java: the Nimbus OAuth SDK", async (context) => {
  const jars = join(folder, "jars");
  const pom = new URL("./pom.xml", import.meta.url).pathname;
  const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  await orSkip(context, "the Nimbus OAuth SDK for Java", () =>
    run("mvn", ["-q", "-B", "-f", pom, goal, `-DoutputDirectory=${jars}`], soon),
  );
  const program = new URL("./Call.java", import.meta.url).pathname;
  const { stdout } = await run("java", ["-cp", `${jars}/*`, program, ...places()]);
  expect(stdout).toBe("[200, 200, 200, 200, 200] 200\n");
}, 120_000);

test("Go: go-jose, parallel cold calls", async (context) => {
  const sources = new URL("./go", import.meta.url).pathname;
  const program = join(folder, "call-go");
  await orSkip(context, "go-jose for Go", () =>
    run("go", ["build", "-o", program, "."], { ...soon, cwd: sources }),
  );
  const { stdout } = await run(program, places(), {
    env: { ...process.env, NO_PROXY: "127.0.0.1" },
  });
  expect(stdout).toBe("[200 200 200 200 200] 200\n");
}, 120_000);

test("Deno: this client", async (context) => {
  const npm = ["install", "--prefix", folder, "--no-audit", "--no-fund", "deno@2.9.6"];
  await orSkip(context, "Deno", () => run("npm", npm, soon));
  const program = join(folder, "call.mjs");
  await build({
    entryPoints: [new URL("./call.js", import.meta.url).pathname],
    bundle: true,
    format: "esm",
    target: "es2024",
    outfile: program,
  });
  const deno = join(folder, "node_modules/.bin/deno");
  const { stdout } = await run(deno, ["run", "--allow-net=127.0.0.1", program, ...places()], {
    env: { ...process.env, NO_PROXY: "127.0.0.1" },
  });
  expect(JSON.parse(stdout)).toEqual({
    statuses: [200, 200, 200, 200, 200],
    cold: 6,
    bodies: ["orders", "streamed"],
  });
}, 120_000);
