import type { Runtime } from "../../src/runtime.ts";

/** What Workers, Lambda and Node have under the same names: the clock, the network, the randomness. */
export const webPlatform: Pick<Runtime, "now" | "fetch" | "random"> = {
  now: () => Date.now(),
  fetch: (url, init) => fetch(url, init),
  random,
};

/** Drawn at once, since sixteen bytes cost as much as a thousand; each is handed out once. */
const drawn = new Uint8Array(1024);
let left = 0;

function random(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes > drawn.length) return crypto.getRandomValues(new Uint8Array(bytes));
  if (bytes > left) {
    crypto.getRandomValues(drawn);
    left = drawn.length;
  }
  left -= bytes;
  return drawn.slice(left, left + bytes);
}
