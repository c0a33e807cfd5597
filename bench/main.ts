import { throughput } from "./throughput.ts";
import { machine, onNode, onWorkerd, type Timings } from "./timing.ts";

// Ratios only mean something within one run: the machine is never quiet.

console.log(`dpop-edge bench (${machine})`);
report("Node", await onNode());
report("workerd", await onWorkerd());
console.log("\nrequests a second under local workerd, one client, 32 connections");
for (const mode of ["generation", "durable"] as const) {
  const { worker, passThrough } = await throughput(mode);
  console.log(`  pass-through Worker    ${passThrough.toFixed(0).padStart(6)}`);
  const rate = worker.toFixed(0).padStart(6);
  console.log(`  dpop-edge, ${mode.padEnd(10)}  ${rate}   ${ratio(worker, passThrough)} of it`);
}

function report(runtime: string, timings: Timings): void {
  const [baseline = Number.NaN] = timings.values();
  console.log(`\n${runtime}: microseconds, and how many raw ES256 verifies that is`);
  for (const [name, microseconds] of timings) {
    const figures = `${microseconds.toFixed(0).padStart(6)}  ${ratio(microseconds, baseline)}`;
    console.log(`  ${name.padEnd(40)}${figures}`);
  }
}

function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}
