import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Running } from "../../demo/server.ts";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("../../build/policy-engines", import.meta.url));

/** A server that is a Go program, at one version. */
interface Program {
  readonly name: string;
  readonly module: string;
  readonly version: string;
}

/** A running server: a signal stops it for a while, or for good. */
export interface Engine extends Running {
  signal(name: "SIGSTOP" | "SIGCONT"): void;
}

/** A Go to build servers with: of the PATH, or where its installer puts it. */
export const go = await firstOf(["go", "/usr/local/go/bin/go"]);

async function firstOf(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const works = await run(name, ["version"]).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  return undefined;
}

/** The program, built once a version; Go itself checks what it fetches against its checksums. */
async function built({ name, module, version }: Program): Promise<string> {
  if (go === undefined) throw new Error("There is no Go here.");
  const program = join(folder, `${name}-${version}`);
  if (existsSync(program)) return program;
  const fresh = join(folder, `${name}-${version}.partial`);
  await mkdir(fresh, { recursive: true });
  await run(go, ["install", "-trimpath", `${module}@${version}`], {
    env: { ...process.env, GOBIN: fresh, CGO_ENABLED: "0", GOFLAGS: "" },
    maxBuffer: 64 * 1024 * 1024,
  });
  await rename(join(fresh, name), program);
  return program;
}

/** Starts it and waits until `ready`, a path, answers 200. */
export async function start(
  program: Program,
  url: string,
  args: readonly string[],
  ready: string,
): Promise<Engine> {
  const child = spawn(await built(program), args, {
    stdio: ["ignore", "ignore", "ignore"],
    env: { PATH: process.env.PATH, HOME: folder },
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    const answer = await fetch(`${url}${ready}`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return { url, stop, signal: (name) => void child.kill(name) };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${program.name} did not start.`);
}

/** JSON to a server, and its answer. Throws an Error that holds what it said where that is no 2xx. */
export async function send(url: string, body: unknown, method = "POST"): Promise<unknown> {
  const text = typeof body === "string";
  const answer = await fetch(url, {
    method,
    headers: { "Content-Type": text ? "text/plain" : "application/json" },
    body: text ? body : JSON.stringify(body),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${said}`);
  return said === "" ? undefined : JSON.parse(said);
}
