import type { Runtime } from "../../src/runtime.ts";

/** What Workers, Lambda and Node have under the same names: the clock, the network, the randomness. */
export const webPlatform: Pick<Runtime, "now" | "fetch" | "random"> = {
  now: () => Date.now(),
  fetch: (url, init) => fetch(url, init),
  // Drawn from the system each time: what a process keeps, a snapshot of it would hand out twice.
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
};
