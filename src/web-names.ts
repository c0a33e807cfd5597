declare global {
  // The names that the package's declarations use of the web's. Each merges with what the consumer's
  // runtime declares (DOM, Node, Workers); where nothing does, the declarations compile all the same.
  interface AbortSignal {}
  interface CryptoKey {}
  interface Headers {}
  interface ReadableStream {}
  interface Request {}
  interface RequestInit {}
  interface Response {}
  interface URL {}
}

/** The runtime's CryptoKey: Node's types have it under no global name, only as what `subtle` returns. */
export type WebCryptoKey = typeof globalThis extends {
  crypto: { subtle: { importKey(...read: never[]): Promise<infer Key> } };
}
  ? Key
  : CryptoKey;
