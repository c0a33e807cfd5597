import { parseArgs } from "node:util";
import { type Sample, soak } from "./soak.ts";

// npm run soak [-- --short | --requests N] [--seconds N] [--clients N] [--connections N] [--samples]
// Ends with 1 where memory still grows in the second half.

/** MiB in 10,000 requests that the second half may grow by: less is the heap's own noise. */
const noise = 3;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    requests: { type: "string" },
    seconds: { type: "string", default: "1800" },
    clients: { type: "string", default: "200" },
    connections: { type: "string", default: "32" },
    samples: { type: "boolean", default: false },
  },
});

const result = await soak({
  each: Number(values.requests ?? (values.short ? 5000 : 200_000)),
  limit: Number(values.seconds),
  clients: Number(values.clients),
  connections: Number(values.connections),
  ...(values.samples ? { sampled: print } : {}),
});
const { samples, requests, challenges, allowed, seconds } = result;
const memory = [0, 0.25, 0.5, 0.75, 1].map((share) => at(share).memory.toFixed(0));
const growth = slope(samples.filter((each) => each.requests >= requests / 2));
const grows = growth > noise;
console.log(
  `soak: ${challenges} challenges, ${allowed} allowed of ${requests} requests in ${seconds.toFixed(0)} s; ` +
    `workerd's RSS in MiB at the start and after each quarter: ${memory.join(", ")}; ` +
    `most ${Math.max(...samples.map((each) => each.memory)).toFixed(0)}; ` +
    `${growth.toFixed(2)} in 10,000 requests of the second half: ${grows ? "it grows" : "a plateau"}`,
);
process.exitCode = grows ? 1 : 0;

/** The sample after that share of the requests. */
function at(share: number): Sample {
  const found = samples.find((each) => each.requests >= share * requests);
  return found ?? samples.at(-1) ?? { seconds: 0, memory: Number.NaN, requests: 0 };
}

/** MiB in 10,000 requests: the least squares over samples. */
function slope(taken: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    taken.reduce((sum, each) => sum + of(each), 0) / taken.length;
  const [x, y] = [mean((each) => each.requests), mean((each) => each.memory)];
  const over = taken.reduce((sum, each) => sum + (each.requests - x) * (each.memory - y), 0);
  const under = taken.reduce((sum, each) => sum + (each.requests - x) ** 2, 0);
  return under === 0 ? 0 : (over / under) * 10_000;
}

function print(sample: Sample): void {
  console.log(
    `${sample.seconds.toFixed(0)} s  ${sample.requests} requests  ${sample.memory.toFixed(1)} MiB`,
  );
}
