import { measureObjects } from "./replay-objects.ts";
import { measureScale } from "./replay-scale.ts";
import { bytesAProof, challenges, rowsAClaim } from "./replay-simulated.ts";
import { machine } from "./timing.ts";

// Ratios only mean something within one run: the machine is never quiet.

console.log(`dpop-edge bench:replay (${machine})`);

const { ours, stringSet } = bytesAProof();
console.log("\nbytes for each of 1,000,000 remembered proofs");
line("generation", ours.toFixed(1));
line("as strings in a Set", stringSet.toFixed(1));

console.log("\nrows written a claim, one shard at a steady rate");
for (const [rate, period] of [
  ["1,000 a second", 0.001],
  ["100 a second", 0.01],
  ["10 a second", 0.1],
  ["1 a second", 1],
  ["every 12 s, evicted in between", 12],
  ["every 30 s, evicted in between", 30],
] as const)
  line(`generation, ${rate}`, (await rowsAClaim(period)).toFixed(4));
line("durable, any rate", "1");

console.log("\nchallenges in 1,000 requests of one client, nonces required, max_age 1m");
for (const period of [0.05, 12, 30])
  line(`generation, every ${period} s`, `${await challenges(period)}`);

const { rates, latencies } = await measureObjects();
const baseline = { Map: rates.get("raw RPC + Map"), insert: rates.get("raw RPC + insert") };
console.log("\nclaims a second on one object, 64 at once");
for (const [name, rate] of rates) {
  const against = /insert|durable/.test(name) ? "insert" : "Map";
  line(
    name,
    `${rate.toFixed(0).padStart(7)}   ${(rate / (baseline[against] ?? 0)).toFixed(2)} of raw`,
  );
}
const none = latencies.get("none") ?? { p50: Number.NaN, p99: Number.NaN };
console.log("\nmilliseconds that a claim adds to a request, one request at a time");
for (const [name, { p50, p99 }] of latencies)
  if (name !== "none")
    line(name, `p50 ${(p50 - none.p50).toFixed(2)}   p99 ${(p99 - none.p99).toFixed(2)}`);

const { riding, scales, latencies: atRates, restart } = await measureScale();
console.log("\nclaims of one isolate that ride together");
for (const { connections, claimsAMessage, cpu } of riding)
  line(
    `${connections} ${connections === 1 ? "connection" : "connections"}`,
    `${claimsAMessage.toFixed(1).padStart(5)} a message   ${cpu.toFixed(0)} us a claim`,
  );
console.log("\n16 isolates, 2 connections each, one claim a request, on one thread");
for (const { shards, rate, cpu, without, claimsAMessage } of scales)
  line(
    `${shards} ${shards === 1 ? "shard" : "shards"}`,
    `${rate.toFixed(0).padStart(6)} a second   ${(cpu - without).toFixed(0)} us a claim   ${claimsAMessage.toFixed(1)} claims a message`,
  );
for (const { share, p50, p99 } of atRates)
  line(`at ${share} of one shard's rate, ms`, `p50 ${p50.toFixed(1)}   p99 ${p99.toFixed(1)}`);
line(
  "one shard ends at full load",
  `${restart.served} served, ${restart.disturbed} of them tried again, ${restart.refused} refused, the slowest ${restart.slowest.toFixed(0)} ms`,
);

function line(name: string, figures: string): void {
  console.log(`  ${name.padEnd(46)}${figures}`);
}
