import { type ChildProcess, spawn } from "node:child_process";
import type { Stops } from "../stops.ts";

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of ours that ends with the demo. */
export interface Child {
  /** Whether it still runs. */
  running(): boolean;
  /** The end of what it said, for when it failed. */
  said(): string;
  /** Resolves with its exit code; 1 where a signal ended it. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/** Milliseconds to end by itself. */
const patience = 10_000;
/** Characters of its output that are kept. */
const remembered = 4000;

/** Starts a command, and adds it to what must end, before anything is waited for. */
export async function startChild(
  command: string,
  args: readonly string[],
  { cwd, env }: ChildOptions,
  stops: Stops,
): Promise<Child> {
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const hear = (chunk: unknown) => {
    said = `${said}${chunk}`.slice(-remembered);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<number>((resolve) => {
    child.once("error", (error) => {
      hear(error.message);
      resolve(1);
    });
    child.once("close", (code) => resolve(code ?? 1));
  });
  return await stops.add({
    running: () => isRunning(child),
    said: () => said.trim(),
    ended,
    async stop() {
      if (!isRunning(child)) return;
      child.kill("SIGTERM");
      const hard = setTimeout(() => child.kill("SIGKILL"), patience);
      await ended;
      clearTimeout(hard);
    },
  });
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}
