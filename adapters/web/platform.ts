import type { Runtime } from "../../src/runtime.ts";

/** What Workers, Lambda and Node have under the same names: the clock, the network, the randomness. */
export const webPlatform: Pick<Runtime, "now" | "fetch" | "random"> = {
  now: () => Date.now(),
  fetch: (url, init) => fetch(url, init),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
};
