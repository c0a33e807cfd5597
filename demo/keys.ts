import { type CryptoKey, generateKeyPair } from "jose";

export interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Extractable, so that the attack with a private key in the proof has one to show. */
export function generateKeys(): Promise<KeyPair> {
  return generateKeyPair("ES256", { extractable: true });
}
