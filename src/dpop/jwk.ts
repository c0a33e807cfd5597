import { Refused } from "../decision.ts";
import type { AlgorithmRow } from "../jws/algorithms.ts";
import { type PublicJwk, publicKey } from "../jws/public-key.ts";

/** RFC 9449 section 4.2 and section 4.3, check 7: the public key of the kind that alg demands. Throws proof.jwk. */
export function checkJwk(jwk: unknown, row: AlgorithmRow): PublicJwk {
  const key = publicKey(jwk, row);
  if (key !== undefined) return key;
  throw new Refused("proof.jwk", { expected: `a public ${row.crv ?? row.kty} key` });
}
