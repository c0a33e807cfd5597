import { parseArgs } from "node:util";
import { checkout } from "./against.ts";
import { here } from "./edge.ts";
import { type Extent, measure } from "./measure.ts";
import { native, refusal } from "./native.ts";
import { profile } from "./profile.ts";
import {
  printBeside,
  printLeast,
  printLoad,
  printLoop,
  printNative,
  printProfile,
} from "./report.ts";
import { machine, onNode, onWorkerd, type Timings } from "./timing.ts";

// Ratios only mean something within one run: the machine is never quiet.

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    against: { type: "string" },
    json: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    native: { type: "boolean", default: false },
    case: { type: "string", default: "+ replay, generation" },
  },
});

const extent: Extent = values.short
  ? { rounds: 3, requests: 600, clients: 32, connections: 32 }
  : { rounds: 5, requests: 2000, clients: 200, connections: 32 };
const loop = values.short ? { count: 300, rounds: 3 } : { count: 1000, rounds: 5 };

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
if (values.profile) printProfile(values.case, await profile(values.case, extent.requests * 2));
else if (values.native) await stacks(values.case);
else await bench(values.against);
process.exit();

async function stacks(caseName: string): Promise<void> {
  const refused = refusal();
  if (refused === undefined) return printNative(caseName, await native(caseName, extent));
  console.error(refused);
  process.exit(1);
}

async function bench(ref: string | undefined): Promise<void> {
  const other = ref === undefined ? undefined : checkout(ref);
  try {
    const trees = new Map(
      other === undefined
        ? [["here", here]]
        : [
            [ref ?? "", other.tree],
            ["here", here],
          ],
    );
    const measured = await measure(trees, extent);
    const loops = new Map<string, { node: Timings; workerd: Timings }>();
    for (const [name, tree] of trees)
      loops.set(name, { workerd: await onWorkerd(tree, loop), node: await onNode(tree, loop) });
    if (values.json)
      return console.log(JSON.stringify({ machine, extent, ...plain(measured, loops) }));
    console.log(`dpop-edge bench (${machine})`);
    printLoad(measured, extent);
    for (const [name, timings] of loops) printLoop(name, timings);
    printLeast(measured, loops);
    printBeside(measured, loops);
  } finally {
    other?.remove();
  }
}

/** Maps as objects, for JSON. */
function plain(...values: readonly unknown[]): object {
  const [measured, loops] = values;
  const text = JSON.stringify({ measured, loops }, (_, value: unknown) =>
    value instanceof Map ? Object.fromEntries(value) : value,
  );
  return JSON.parse(text);
}
