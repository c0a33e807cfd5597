import { spawn, spawnSync } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Check, Verdict } from "./checks.ts";

export interface Outcome {
  readonly verdict: Verdict;
  /** States that the checker stored. */
  readonly states: number;
  readonly seconds: number;
  /** What happens on the way to the violation, a line a step. */
  readonly trace: readonly string[];
}

/** Lines of a cycle that are enough to see it. */
const onceAround = 5;

/** What the machine lacks, of the two programs that a check needs. */
export function missing(): string[] {
  return ["spin", "gcc"].filter((program) => {
    const { error } = spawnSync(program, [program === "spin" ? "-V" : "--version"]);
    return error !== undefined;
  });
}

/** Throws when the checker came to no verdict: out of memory or depth, or a model that does not compile. */
export async function run(check: Check): Promise<Outcome> {
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "dpop-edge-model-"));
  try {
    const source = fileURLToPath(new URL(`${check.model}.pml`, import.meta.url));
    await copyFile(source, join(folder, "model.pml"));
    const switches = check.switches.map((name) => `-D${name}`);
    await ran(folder, "spin", ...switches, "-a", "model.pml");
    const { compile, search } = manner(check);
    await ran(
      folder,
      "gcc",
      check.model === "generation" ? "-O1" : "-O0",
      "-w",
      "-DMEMLIM=6000",
      ...compile,
      "-o",
      "pan",
      "pan.c",
    );
    const said = await ran(folder, "./pan", "-m1000000", ...search);
    const { verdict, states } = read(said, check.name);
    const walk =
      verdict === "holds" ? "" : await ran(folder, "spin", ...switches, "-t", "model.pml");
    const seconds = (performance.now() - began) / 1000;
    return { verdict, states, seconds, trace: steps(walk) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Liveness: acceptance cycles under weak fairness. Safety: depth first where every state must be
 * seen, breadth first where a violation is expected, so that the trace is a shortest one.
 */
function manner(check: Check): { readonly compile: string[]; readonly search: string[] } {
  const counts = check.switches.some((name) => name.startsWith("MOST_CHALLENGES"));
  if (check.model === "client" && !counts) return { compile: ["-DNFAIR=6"], search: ["-a", "-f"] };
  const safety = ["-DSAFETY", "-DNOCLAIM"];
  if (check.expected !== "holds") return { compile: [...safety, "-DBFS"], search: ["-E"] };
  // Slower, and a quarter of the memory.
  return { compile: check.long ? [...safety, "-DCOLLAPSE"] : safety, search: ["-E"] };
}

/** Exported for its test: a search that was cut short must never count as one that found nothing. */
export function read(said: string, name: string): { verdict: Verdict; states: number } {
  const states = Number(/(\d+) states, stored/.exec(said)?.[1]);
  const errors = Number(/errors: (\d+)/.exec(said)?.[1]);
  const cut = /max search depth too small|MEMLIM|out of memory|not enough memory|interrupted/i;
  if (errors === 0 && states > 0 && !cut.test(said)) return { verdict: "holds", states };
  if (errors > 0 && /acceptance cycle/.test(said)) return { verdict: "never", states };
  if (errors > 0 && /assertion violated\s+!\(accepted\)/.test(said))
    return { verdict: "twice", states };
  if (errors > 0 && /assertion violated/.test(said)) return { verdict: "broken", states };
  throw new Error(`${name}: no verdict from the checker:\n${said.trim()}`);
}

/** What the models themselves say on the way, without what spin says about them. */
function steps(walk: string): string[] {
  const [told = ""] = walk.split(/^#processes/m);
  const lines = told.split("\n").map((line) => line.trim());
  const ours = lines.filter((line) => line !== "" && !/^(spin:|ltl |Never claim)/.test(line));
  const cycle = ours.findIndex((line) => line.includes("START OF CYCLE"));
  return cycle < 0 ? ours : ours.slice(0, cycle + onceAround);
}

function ran(folder: string, program: string, ...flags: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, flags, { cwd: folder });
    let said = "";
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("close", (code) => {
      // The verifier and the walk along a trace may end otherwise: what they say counts.
      if (code === 0 || program === "./pan" || flags.includes("-t")) resolve(said);
      else reject(new Error(`${program} ${flags.join(" ")} failed:\n${said}`));
    });
  });
}
