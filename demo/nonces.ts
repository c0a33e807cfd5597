import { createNonces } from "../src/dpop/nonce.ts";
import type { SymmetricKey } from "../src/secrets.ts";

/** A nonce by the edge's own code, minted with this key at that time (milliseconds). */
export function mintNonce(key: SymmetricKey, origin: string, at: number): Promise<string> {
  const keys = async () => ({ signing: key, all: [key] });
  return createNonces({ keys, now: () => at }).mint(origin);
}
