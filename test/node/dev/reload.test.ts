import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { hasTerminal } from "../terminal.ts";

const main = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));
const mechanisms = `
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
  finalizers:
    - {id: none, type: noop}
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: none}]
`;
const rules = (id: string) => `
rules:
  - id: ${id}
    match: {routes: [{path: /api/**}]}
    execute: [{authenticator: deny_all}]
`;

let folder: string;
let child: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-reload-"));
  await writeFile(join(folder, "mechanisms.yaml"), mechanisms);
});
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    process.kill(-(child.pid ?? Number.NaN), "SIGTERM");
    await ended;
  }
});
afterAll(() => rm(folder, { recursive: true }));

const write = (text: string) => writeFile(join(folder, "rules.yaml"), text);
const options = ["dev", "--config", ".", "--port", "0"];

function run(command: string, args: readonly string[]): () => string {
  // Neither of them has a terminal in colour.
  const { NO_COLOR: _, CI: __, ...env } = process.env;
  child = spawn(command, args, { cwd: folder, detached: true, env: { ...env, TERM: "xterm" } });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  return () => output;
}

async function ready(output: () => string): Promise<string> {
  const line = /ready on (http:\/\/127\.0\.0\.1:\d+)/;
  await expect.poll(output, { timeout: 30_000 }).toMatch(line);
  return line.exec(output())?.[1] ?? "";
}

test("documents that change are read again; wrong ones are told of and not taken", async () => {
  await write(rules("first"));
  const output = run(process.execPath, [main, ...options]);
  const url = await ready(output);
  const ruleOf = async (text: string) => {
    await fetch(`${url}/api/x`);
    await expect.poll(output).toContain(text);
  };
  await ruleOf('"rule":"first"');

  await write(rules("second").replace("deny_all", "deny_al"));
  await expect.poll(output, { timeout: 20_000 }).toContain("from before are still in force");
  expect(output()).toMatch(/rules\.yaml:5:\d+ .*deny_al/);
  await ruleOf('"rule":"first"');

  await write(rules("first"));
  await expect.poll(output, { timeout: 20_000 }).toContain("right again, and as they were");
  await write(rules("third"));
  await expect.poll(output, { timeout: 20_000 }).toContain("The documents were read again.");
  await ruleOf('"rule":"third"');
});

// `script` of util-linux gives it a terminal.
test.runIf(hasTerminal)("on a terminal a request is one readable line, in colour", async () => {
  await write(rules("first"));
  const command = `${process.execPath} ${main} ${options.join(" ")}`;
  const output = run("script", ["-qefc", command, "/dev/null"]);
  const url = await ready(output);
  const answer = await fetch(`${url}/api/x?secret=1`);
  const { request_id: id } = JSON.parse(await answer.text());
  await expect.poll(output).toContain(id);
  const line = output()
    .split(/\r?\n/)
    .find((each) => each.includes(id));
  expect(line).toContain("\u001b[31m401\u001b[39m");
  const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  expect(line?.replace(colours, "")).toMatch(
    /^\d\d:\d\d:\d\d {2}GET \/api\/x +401 {2}rule\.unauthorized {2}expected .*, found .* {2}\S+$/,
  );
  expect(output()).not.toContain('{"v":1');
});
