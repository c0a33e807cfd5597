import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { attacks } from "../../../demo/attacks.ts";
import type { Report } from "../../../demo/play.ts";
import { root } from "../cli/run-cli.ts";
import { DemoProcess } from "./process.ts";

const config = fileURLToPath(new URL("../../../config", import.meta.url));
const run = promisify(execFile);
const started: DemoProcess[] = [];
const folders: string[] = [];

function demo(...args: string[]): DemoProcess {
  const process = new DemoProcess(args);
  started.push(process);
  return process;
}

afterEach(async () => {
  for (const process of started.splice(0)) process.kill();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

test("from the shipped documents everything honest passes and every attack is caught", async () => {
  const process = demo();
  const { code, stdout, stderr } = await process.ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const { name } of attacks) {
    const row = stdout.split("\n").find((line) => line.trim().startsWith(`${name}  `));
    expect(row).toMatch(/ caught$/);
  }
  expect(stdout).toContain(`${attacks.length} of ${attacks.length} attacks caught`);
  expect(stdout).not.toContain("NOT ");
  expect(stdout).not.toContain("\u001b");
  expect(await process.leftovers()).toEqual([]);
});

describe("a check that is switched off is noticed", () => {
  test.each([
    ["replay_allowed: false", "replay_allowed: true", ["replayed proof", "50 copies at once"]],
    ["max_age: 1m", "max_age: 10m", ["expired nonce", "stale proof"]],
  ])("%s becomes %s", async (written, changed, uncaught) => {
    const process = demo("--json", "--config", await shippedBut(written, changed));
    const { code, stdout } = await process.ended();
    const report: Report = JSON.parse(stdout);
    expect(
      report.attacks
        .filter(({ caught }) => !caught)
        .map(({ attack }) => attack)
        .sort(),
    ).toEqual([...uncaught].sort());
    expect(report.ok).toBe(false);
    expect(code).toBe(1);
    expect(await process.leftovers()).toEqual([]);
  });

  test("an honest client that is refused is noticed too", async () => {
    const folder = await shippedBut("/api/**", "/api/nothing/**");
    const { code, stderr } = await demo("--config", folder).ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(/An honest request was refused: GET .+: 401, DPoP\n/);
  });
});

test("--keep leaves it running; every command that it prints works; Ctrl-C ends it", async () => {
  const process = demo("--keep");
  await process.said("attacks caught");
  await process.said("\ncurl ");
  await process.said("/api/orders\n");
  const lines = process.stdout.split("\n");
  const own = lines.filter((line) => line.startsWith("npx dpop-edge "));
  expect(own.map((line) => line.split(" ")[2])).toEqual(["keygen", "login", "fetch"]);
  const { stdout } = await run("sh", ["-ec", own.join("\n")], { cwd: root });
  expect(stdout).toMatch(/^200 OK\n/);
  const folder = /(\S+)\/token\.json/.exec(own.join(" "))?.[1] ?? "";
  expect((await stat(folder)).isDirectory()).toBe(true);
  const commands = lines.flatMap((line, at) => {
    return line.startsWith("curl ") ? [{ remark: lines[at - 1] ?? "", line }] : [];
  });
  expect(commands.length).toBeGreaterThan(3);
  for (const { remark, line } of commands) {
    const answer = (await run("sh", ["-c", line])).stdout;
    const [, status = "", code = ""] = /\b([245]\d\d)(?: ([a-z]+\.[a-z]+))?/.exec(remark) ?? [];
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(code);
  }
  process.signal("SIGINT");
  expect((await process.ended()).code).toBe(0);
  expect(await process.leftovers()).toEqual([]);
  await expect(stat(folder)).rejects.toMatchObject({ code: "ENOENT" });
});

test("--page opens the playground and nothing else; Ctrl-C ends it", async () => {
  const process = demo("--page", "--json");
  await process.said("}\n");
  const { page } = JSON.parse(process.stdout);
  expect(await (await fetch(page)).text()).toContain("<title>dpop-edge playground</title>");
  process.signal("SIGINT");
  const { code, stderr } = await process.ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(await process.leftovers()).toEqual([]);
});

test("SIGTERM in the middle ends all that was started", async () => {
  const process = demo();
  await process.said("upstream");
  process.signal("SIGTERM");
  expect((await process.ended()).code).toBe(143);
  expect(await process.leftovers()).toEqual([]);
});

test("--issuer better-auth: its tokens are bound, and every attack is caught", async () => {
  const process = demo("--issuer", "better-auth", "--json");
  const { code, stdout, stderr } = await process.ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const report: Report = JSON.parse(stdout);
  expect(report.ok).toBe(true);
  expect(report.steps.find(({ name }) => name === "token")?.text).toContain("demands no nonce");
  expect(await process.leftovers()).toEqual([]);
});

test("--issuer keycloak without Java: one line, and no failure", async () => {
  const process = new DemoProcess(["--issuer", "keycloak", "--json"], { PATH: "/nowhere" });
  started.push(process);
  const { code, stdout, stderr } = await process.ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({ skipped: expect.stringContaining("no java here") });
});

describe("the command line", () => {
  test("--help shows an example and starts nothing", async () => {
    const { code, stdout } = await demo("--help").ended();
    expect(code).toBe(0);
    expect(stdout).toContain("npm run demo -- --keep");
  });

  test("an unknown flag is an error with a hint", async () => {
    const { code, stdout, stderr } = await demo("--kep").ended();
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("--keep");
  });

  test("documents that do not compile are an error that says where", async () => {
    const folder = await shippedBut("replay_allowed", "replay_alowed");
    const { code, stderr } = await demo("--config", folder).ended();
    expect(code).toBe(1);
    expect(stderr).toContain("mechanisms.yaml");
    expect(stderr).toContain("replay_allowed");
  });
});

/** The shipped documents with one text replaced wherever it stands. */
async function shippedBut(written: string, changed: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dpop-edge-demo-"));
  folders.push(folder);
  await cp(config, folder, { recursive: true });
  let found = false;
  for (const name of ["mechanisms.yaml", "rules.yaml"]) {
    const text = await readFile(join(folder, name), "utf8");
    found ||= text.includes(written);
    await writeFile(join(folder, name), text.replaceAll(written, changed));
  }
  if (!found) throw new Error(`The shipped documents do not say ${written}.`);
  return folder;
}
