import { logLine } from "../../src/log-line.ts";
import { faultOf } from "../../src/trail.ts";

/** One JSON line on standard error, for whoever operates this. Never anything that a client sent. */
export function logFault(thrown: unknown): void {
  console.error(logLine({ time: new Date().toISOString(), fault: faultOf(thrown) }));
}

/** Logs each warning once an instance: what is wrong with a deployment is wrong with every request. */
export function createWarnings(): (warning: string) => void {
  const said = new Set<string>();
  return (warning) => {
    if (said.has(warning)) return;
    said.add(warning);
    console.warn(logLine({ time: new Date().toISOString(), warning }));
  };
}
