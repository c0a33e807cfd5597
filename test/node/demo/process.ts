import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The demo as a process of its own, leading a process group, so that what it leaves is found. */
export class DemoProcess {
  readonly #child: ChildProcess;
  #stdout = "";
  #stderr = "";

  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    script = "demo/main.ts",
  ) {
    this.#child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1", ...env },
    });
    this.#child.stdout?.on("data", (chunk) => (this.#stdout += String(chunk)));
    this.#child.stderr?.on("data", (chunk) => (this.#stderr += String(chunk)));
  }

  get stdout(): string {
    return this.#stdout;
  }

  signal(name: "SIGINT" | "SIGTERM"): void {
    this.#child.kill(name);
  }

  /** As `| head` does when it has enough. */
  readNoMore(): void {
    this.#child.stdout?.destroy();
  }

  async ended(): Promise<Ended> {
    if (this.#child.exitCode === null) await once(this.#child, "close");
    return { code: this.#child.exitCode, stdout: this.#stdout, stderr: this.#stderr };
  }

  /** Resolves once the output holds the text; throws when it ends without. */
  async said(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      if (this.#child.exitCode !== null) throw new Error(`Ended: ${this.#stdout}${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The processes that it started and that still run some time after its end. */
  async leftovers(): Promise<string[]> {
    let left = await this.#group();
    for (let tries = 0; left.length > 0 && tries < 50; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      left = await this.#group();
    }
    return left;
  }

  /** Not the dead whom nobody has asked after (Z). */
  async #group(): Promise<string[]> {
    const { stdout } = await run("ps", ["-A", "-o", "pgid=,stat=,args="]);
    const lines = stdout.split("\n").map((line) => line.trim());
    return lines.filter((line) => {
      const [group, state] = line.split(/ +/);
      return group === String(this.#child.pid) && !state?.startsWith("Z");
    });
  }

  /** For a test that failed half-way. */
  kill(): void {
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // Nothing is left of it.
    }
  }
}
