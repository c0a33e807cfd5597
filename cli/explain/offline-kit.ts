import { allMechanisms } from "../../src/mechanisms/all.ts";
import { celExtensions } from "../../src/mechanisms/cel-extensions.ts";
import type { Kit } from "../../src/mechanisms.ts";
import { createSecrets } from "../../src/secrets.ts";

/** What the edge's own steps are made with here: nobody is asked, and there are no secrets. */
export function offlineKit(now: () => number): Kit {
  return {
    runtime: {
      now,
      fetch: () => Promise.reject(new Error("offline")),
      random: () => new Uint8Array(),
    },
    secrets: createSecrets({}, () => undefined),
    mechanisms: { ...allMechanisms, cel: celExtensions },
  };
}
