import { inspect } from "node:util";
import { calls } from "./ladder.ts";
import type { Extent, Figures, Measured } from "./measure.ts";
import type { Spent } from "./native.ts";
import type { Profile } from "./profile.ts";
import type { Timings } from "./timing.ts";

interface Loops {
  readonly node: Timings;
  readonly workerd: Timings;
}

export function printLoad({ passThrough, edges, alone }: Measured, extent: Extent): void {
  const { rounds, requests, clients, connections } = extent;
  console.log(
    `\nraw workerd, ${clients} clients, ${connections} connections, ${requests} requests a case and round, medians of ${rounds} interleaved rounds`,
  );
  const titles = ["req/s", "p50 ms", "p99 ms", "CPU us", "of it", "MiB"];
  const heading = titles.map((title) => title.padStart(8)).join("");
  for (const [name, all] of edges) {
    console.log(`\n  ${name.padEnd(26)}${heading}`);
    for (const each of [passThrough, ...all]) console.log(`  ${row(each)}`);
  }
  for (const [name, all] of edges) console.log(`\n${name}: ${messages(all)}`);
  console.log("\none connection, milliseconds at the median, and what it adds");
  const least = alone.get(passThrough.name) ?? Number.NaN;
  for (const [name, p50] of alone)
    console.log(
      `  ${name.padEnd(26)}${p50.toFixed(2).padStart(8)}${(p50 - least).toFixed(2).padStart(8)}`,
    );
}

/** What no proxy in this runtime can do without, in the same units. */
export function printLeast({ passThrough }: Measured, loops: ReadonlyMap<string, Loops>): void {
  for (const { workerd } of [...loops.values()].slice(-1)) {
    const least = passThrough.cpu + (workerd.get("one raw ES256 verify and sign") ?? Number.NaN);
    const beside = (least / passThrough.cpu).toFixed(2);
    console.log(
      `\nthe least that a request can cost: passed on, one signature verified, one made: ${least.toFixed(0)} us, ${beside} of passing on`,
    );
  }
}

/** What looking into a message costs. */
function messages(all: readonly Figures[]): string {
  const [plain = Number.NaN, mcp = Number.NaN] = calls.map(
    (each) => all.find(({ name }) => name === each.name)?.cpu ?? Number.NaN,
  );
  return `an MCP call takes ${(mcp - plain).toFixed(0)} us of CPU more than the same request on a plain rule`;
}

function row({ name, rate, p50, p99, cpu, beside, memory }: Figures): string {
  const figures = [
    rate.toFixed(0),
    p50.toFixed(1),
    p99.toFixed(1),
    cpu.toFixed(0),
    beside.toFixed(2),
    memory.toFixed(0),
  ];
  return name.padEnd(26) + figures.map((figure) => figure.padStart(8)).join("");
}

export function printLoop(name: string, { node, workerd }: Loops): void {
  for (const [runtime, timings] of [
    ["workerd", workerd],
    ["Node", node],
  ] as const) {
    const [baseline = Number.NaN] = timings.values();
    console.log(
      `\n${name}, ${runtime}, a bare loop: CPU us, and how many raw ES256 verifies that is`,
    );
    for (const [each, microseconds] of timings) {
      const ratio = (microseconds / baseline).toFixed(2).padStart(7);
      console.log(`  ${each.padEnd(40)}${microseconds.toFixed(0).padStart(6)}${ratio}`);
    }
  }
}

/** The first commit beside the last. */
export function printBeside({ edges }: Measured, loops: ReadonlyMap<string, Loops>): void {
  const names = [...edges.keys()];
  const [before, after] = [names.at(0), names.at(-1)];
  if (before === undefined || after === undefined || before === after) return;
  console.log(
    `\n${before} -> ${after}: CPU beside the pass-through Worker's; in a bare loop, raw verifies`,
  );
  for (const was of edges.get(before) ?? []) {
    const is = edges.get(after)?.find(({ name }) => name === was.name);
    console.log(`  ${was.name.padEnd(40)}${change(was.beside, is?.beside, 2)}`);
  }
  for (const runtime of ["workerd", "node"] as const) {
    const [one, other] = [
      inVerifies(loops.get(before)?.[runtime]),
      inVerifies(loops.get(after)?.[runtime]),
    ];
    for (const [name, was] of one)
      console.log(`  ${`${name} (${runtime})`.padEnd(54)}${change(was, other.get(name), 2)}`);
  }
}

/** The loops of two commits run at two times: what lasts is the ratio. */
function inVerifies(timings: Timings = new Map()): Timings {
  const [verify = Number.NaN] = timings.values();
  return new Map([...timings].map(([name, microseconds]) => [name, microseconds / verify]));
}

function change(was: number, is: number | undefined, digits: number): string {
  if (is === undefined) return `${was.toFixed(digits)} -> nothing`;
  return `${was.toFixed(digits).padStart(6)} ->${is.toFixed(digits).padStart(6)}   ${(is / was).toFixed(2)}`;
}

export function printProfile(name: string, { files, functions, lines }: Profile): void {
  console.log(`where JavaScript's time goes: ${inspect(name)}`);
  for (const [title, shares] of Object.entries({ files, functions, lines })) {
    console.log(`\n  ${title}`);
    for (const { place, share } of shares.slice(0, 30))
      console.log(`  ${(share * 100).toFixed(1).padStart(5)}%  ${place}`);
  }
}

/** What the edge adds most comes first. */
export function printNative(
  name: string,
  { edge, passThrough }: { readonly edge: Spent; readonly passThrough: Spent },
): void {
  console.log(`where workerd's CPU time goes: ${inspect(name)}, us a request\n`);
  console.log(native("", "the edge", "passing on", "difference"));
  const sorted = [...new Set([...edge.kinds.keys(), ...passThrough.kinds.keys()])]
    .map((kind) => [kind, edge.kinds.get(kind) ?? 0, passThrough.kinds.get(kind) ?? 0] as const)
    .filter(([, ours, theirs]) => ours + theirs >= 0.1)
    .sort(([, a, b], [, c, d]) => c - d - (a - b));
  for (const [kind, ours, theirs] of [...sorted, ["all", edge.cpu, passThrough.cpu] as const])
    console.log(native(kind, ...[ours, theirs, ours - theirs].map((each) => each.toFixed(1))));
  console.log("\nour JavaScript, by file");
  const files = [...edge.files].sort(([, a], [, b]) => b - a);
  for (const [file, microseconds] of files.slice(0, 15))
    console.log(native(file, microseconds.toFixed(1)));
}

function native(title: string, ...columns: readonly string[]): string {
  return `  ${title.padEnd(46)}${columns.map((column) => column.padStart(12)).join("")}`;
}
