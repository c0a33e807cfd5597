import type { KeySource } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { AlgorithmRow } from "../jws/algorithms.ts";
import type { CompactJws } from "../jws/compact.ts";
import { verifyCompact } from "../jws/verify.ts";
import { candidates, type IssuerKey, leftOut } from "./jwk-set.ts";
import type { KeySets } from "./jwks.ts";

/**
 * The issuer's key that signed the token (RFC 8725 section 3.2). A kid that the set does not hold,
 * or a token without one that no key verifies, may mean that keys were rotated: then the set is
 * asked for once more. `jku`, `x5u`, `x5c` and `jwk` are not looked at: who signs does not get to
 * say with which key (RFC 8725 section 3.10).
 * @throws Refused token.malformed, token.key, token.signature, keys.unavailable
 */
export async function verifyingKey(
  jws: CompactJws,
  row: AlgorithmRow,
  source: KeySource,
  keySets: KeySets,
): Promise<IssuerKey> {
  const kid = keyId(jws.header.kid);
  const tried = new Set<IssuerKey>();
  const set = await keySets.current(source);
  const found = await firstThatVerifies(set.keys, tried);
  if (found !== undefined) return found;
  if (kid !== undefined && tried.size > 0) throw new Refused("token.signature");

  const newer = await keySets.newer(source, set);
  const rotated = newer === set ? undefined : await firstThatVerifies(newer.keys, tried);
  if (rotated !== undefined) return rotated;
  if (tried.size > 0) throw new Refused("token.signature");
  throw new Refused("token.key", {
    expected: `a key for ${row.alg}${kid === undefined ? "" : ` with the kid ${JSON.stringify(kid.slice(0, 64))}`}`,
    found: leftOut(newer.keys, kid, row),
  });

  async function firstThatVerifies(keys: readonly IssuerKey[], tried: Set<IssuerKey>) {
    const untried = keys.filter((key) => !tried.has(key));
    for await (const { issuerKey, cryptoKey } of candidates(untried, kid, row)) {
      tried.add(issuerKey);
      if (await verifyCompact(jws.text, row, cryptoKey)) return issuerKey;
    }
    return undefined;
  }
}

/** RFC 7515 section 4.1.4. */
function keyId(kid: unknown): string | undefined {
  if (kid === undefined || typeof kid === "string") return kid;
  throw new Refused("token.malformed", { expected: "kid as a string" });
}
