import { createNonces } from "../src/dpop/nonce.ts";
import type { SymmetricKey } from "../src/secrets.ts";

/** A nonce by the edge's own code, minted with this key at that time (milliseconds). */
export function mintNonce(key: SymmetricKey, origin: string, at: number): Promise<string> {
  const keys = async () => ({ signing: key, all: [key] });
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  return createNonces({ keys, now: () => at, random }).mint(origin);
}
