import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";

/** Whether there is a `script` of util-linux, which gives a command a terminal. */
export const hasTerminal = (() => {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
})();

/** A command on a terminal of its own, outside of CI. */
export class Terminal {
  readonly #child: ChildProcess;
  #said = "";
  #heard = 0;

  constructor(command: string, cwd: string) {
    const { CI: _, ...env } = process.env;
    this.#child = spawn("script", ["-qefc", command, "/dev/null"], { cwd, env });
    this.#child.stdout?.on("data", (chunk) => (this.#said += String(chunk)));
  }

  get said(): string {
    return this.#said;
  }

  /** Types once the text has been said since the last answer. */
  async answer(after: string, typed: string): Promise<void> {
    const fresh = () => this.#said.slice(this.#heard);
    await expect.poll(fresh, { timeout: 20_000 }).toContain(after);
    this.#heard = this.#said.length;
    this.#child.stdin?.write(typed);
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, "close");
    return this.#child.exitCode;
  }
}
