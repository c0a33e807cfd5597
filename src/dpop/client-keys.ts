import { BoundedMap } from "../bounded-map.ts";
import { Refused } from "../decision.ts";
import type { AlgorithmRow } from "../jws/algorithms.ts";
import { importPublicKey, type PublicJwk } from "../jws/public-key.ts";
import { thumbprint, thumbprintInput } from "../jws/thumbprint.ts";

/** Keys of clients, imported once per thumbprint and alg. */
export interface ClientKeys {
  /** RFC 7638. */
  thumbprint(jwk: PublicJwk, row: AlgorithmRow): Promise<string>;
  /** Throws proof.jwk where Web Crypto refuses the key. */
  import(jwk: PublicJwk, row: AlgorithmRow): Promise<CryptoKey>;
}

/** Some kilobytes each; beyond the bound a returning client costs one import. */
const bound = 1000;

/** Only import() remembers: call it for keys that a verified token is bound to, or strangers fill the map. */
export function createClientKeys(): ClientKeys {
  const known = new BoundedMap<string, { jkt: string; key: CryptoKey }>(bound);
  const nameOf = (jwk: PublicJwk, row: AlgorithmRow) => `${row.alg} ${thumbprintInput(jwk)}`;
  return {
    async thumbprint(jwk, row) {
      return known.get(nameOf(jwk, row))?.jkt ?? thumbprint(jwk);
    },
    async import(jwk, row) {
      const name = nameOf(jwk, row);
      const remembered = known.get(name);
      if (remembered !== undefined) return remembered.key;
      const [jkt, key] = await Promise.all([thumbprint(jwk), importOrRefuse(jwk, row)]);
      known.set(name, { jkt, key });
      return key;
    },
  };
}

async function importOrRefuse(jwk: PublicJwk, row: AlgorithmRow): Promise<CryptoKey> {
  try {
    return await importPublicKey(jwk, row);
  } catch {
    // An EC point off its curve, mostly: only the runtime's arithmetic can tell.
    throw new Refused("proof.jwk", { expected: `a ${row.crv ?? row.kty} key that imports` });
  }
}
