import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
const main = `${root}cli/main.ts`;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a process needs of this one's environment: where programs are, and what is compiled already. */
export const { PATH, NODE_COMPILE_CACHE } = process.env;

/** Runs dpop-edge from its source, with nothing else of this process in its environment. */
export function cli(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const { cwd = root, env = {} } = options;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { cwd, env: { PATH, NODE_COMPILE_CACHE, ...env } },
      (_, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

/** The same with `input` on stdin, and the environment of this process. */
export async function piped(
  input: string,
  args: readonly string[],
  { cwd = root }: { cwd?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args], { cwd });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}
