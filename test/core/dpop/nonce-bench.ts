import { createNonces, type NonceKeys, type Nonces } from "../../../src/dpop/nonce.ts";
import type { SymmetricKey } from "../../../src/secrets.ts";

export const start = 1_800_000_000;
export const origin = "https://api.example.com";
export const expected = { origin, maxAge: 60, leeway: 10 };

export const keyOf = (fill: number, kid = `key-${fill}`): SymmetricKey => ({
  kid,
  bytes: new Uint8Array(32).fill(fill),
});
export const [first, second] = [keyOf(1), keyOf(2)];
export const only = (key: SymmetricKey): NonceKeys => ({ signing: key, all: [key] });

export const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

/** A clock and a set of keys that a test can turn. */
export function bench(keys: NonceKeys = only(first)) {
  const state = { now: start, keys };
  const now = () => state.now * 1000 + 999;
  const nonces = createNonces({ keys: async () => state.keys, now, random });
  return { state, nonces };
}

export const stateOf = async (nonces: Nonces, nonce: string, changed = {}) =>
  (await nonces.read(nonce, { ...expected, ...changed })).state;
