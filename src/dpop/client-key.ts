import { BoundedMap } from "../bounded-map.ts";
import { Refused } from "../decision.ts";
import type { AlgorithmRow } from "../jws/algorithms.ts";
import { importPublicKey, type PublicJwk } from "../jws/public-key.ts";

/** All that follows from a proof's JOSE header, whatever the rule and the payload. */
export interface ClientKey {
  readonly row: AlgorithmRow;
  /** RFC 7638. */
  readonly jkt: string;
  readonly key: CryptoKey;
}

/** Clients send the same header with every proof. Some kilobytes each; beyond, one costs one import. */
const bound = 1000;
/** Characters: an RSA key of 8192 bits has room. */
const longest = 2048;

/** Keys of clients by the text of the JOSE header that brought them, to the last byte. */
export interface ClientKeys {
  of(header: string): ClientKey | undefined;
  /** Only once a signature under this very header has held, or strangers fill the memory. */
  remember(header: string, key: ClientKey): void;
}

export function createClientKeys(): ClientKeys {
  const known = new BoundedMap<string, ClientKey>(bound);
  return {
    of: (header) => known.get(header),
    remember(header, key) {
      if (header.length <= longest) known.set(header, key);
    },
  };
}

/** Throws proof.jwk where Web Crypto refuses the key. */
export async function importClientKey(jwk: PublicJwk, row: AlgorithmRow): Promise<CryptoKey> {
  try {
    return await importPublicKey(jwk, row);
  } catch {
    // An EC point off its curve, mostly: only the runtime's arithmetic can tell.
    throw new Refused("proof.jwk", { expected: `a ${row.crv ?? row.kty} key that imports` });
  }
}
