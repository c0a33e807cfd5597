import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Check, checks, find } from "./checks.ts";
import { missing, type Outcome, run } from "./spin.ts";

const usage = `The replay protocol in a model checker (docs/replay-model.md).

  npm run model                      every check, some minutes
  npm run model -- --short           without those that take long
  npm run model -- --trace no-bound  one check, and how it comes about

Exits with 1 when a verdict is not the one that is expected.`;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    trace: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const lacking = missing();
  if (lacking.length > 0) {
    console.error(`npm run model needs ${lacking.join(" and ")}, which this machine lacks.`);
    console.error("Debian, Ubuntu: apt-get install spin gcc. macOS: brew install spin.");
    return 1;
  }
  if (values.trace !== undefined) return await trace(values.trace);
  const asked = checks.filter((check) => !(values.short && check.long));
  console.log(row("model", "check", "kind", "states", "verdict", "expected"));
  const wrong = await inParallel(asked, report);
  console.log(
    wrong === 0
      ? `\n${asked.length} checks, each as expected.`
      : `\n${wrong} of ${asked.length} checks NOT as expected.`,
  );
  return wrong === 0 ? 0 : 1;
}

async function trace(name: string): Promise<number> {
  const check = find(name);
  if (check === undefined) {
    console.error(`No check is called ${name}. There are:`);
    for (const one of checks) console.error(`  ${one.model}/${one.name}`);
    return 1;
  }
  const outcome = await run(check);
  for (const step of outcome.trace) console.log(step);
  console.log(`${check.model}/${check.name}: ${verdict(outcome)}`);
  return outcome.verdict === check.expected ? 0 : 1;
}

/** 1 when the verdict is not the expected one. */
async function report(check: Check): Promise<number> {
  const outcome = await run(check);
  const { model, name, kind, expected } = check;
  const asExpected = outcome.verdict === expected ? expected : `${expected}  <-- NOT SO`;
  const states = outcome.states.toLocaleString("en");
  console.log(row(model, name, kind, states, verdict(outcome), asExpected));
  return outcome.verdict === expected ? 0 : 1;
}

function verdict({ verdict: found, seconds }: Outcome): string {
  return `${found} (${seconds.toFixed(0)} s)`;
}

function row(model: string, name: string, kind: string, states: string, ...rest: string[]): string {
  const [found = "", expected = ""] = rest;
  const left = `${model.padEnd(11)}${name.padEnd(35)}${kind.padEnd(9)}`;
  return `${left}${states.padStart(11)}  ${found.padEnd(15)}${expected}`;
}

async function inParallel(
  asked: readonly Check[],
  work: (check: Check) => Promise<number>,
): Promise<number> {
  const left = [...asked];
  const lane = async (): Promise<number> => {
    let wrong = 0;
    for (let next = left.shift(); next !== undefined; next = left.shift())
      wrong += await work(next);
    return wrong;
  };
  const lanes = Array.from({ length: Math.min(4, availableParallelism()) }, lane);
  return (await Promise.all(lanes)).reduce((sum, wrong) => sum + wrong, 0);
}
