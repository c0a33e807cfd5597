import { type Nonces, sharedNonces } from "../../src/client/index.ts";

/** Nonces that all tabs of this origin share, so that a second tab needs no challenge of its own. */
export function tabNonces(name = "dpop-edge"): Nonces {
  return sharedNonces(new BroadcastChannel(name));
}
