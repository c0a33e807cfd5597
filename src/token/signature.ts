import type { KeySource } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { AlgorithmRow } from "../jws/algorithms.ts";
import type { CompactJws } from "../jws/compact.ts";
import { verifyCompact } from "../jws/verify.ts";
import { given } from "../mechanisms.ts";
import { candidates, type IssuerKey, leftOut } from "./jwk-set.ts";
import type { KeySets } from "./jwks.ts";
import type { KeyCertificatesCode } from "./key-certificates.ts";

/**
 * The issuer's key that signed the token (RFC 8725 section 3.2). A kid that the set does not hold,
 * or a token without one that no key verifies, may mean that keys were rotated: then the set is
 * asked for once more. `jku`, `x5u`, `x5c` and `jwk` are not looked at: who signs does not get to
 * say with which key (RFC 8725 section 3.10). A key's own x5c counts where trust anchors are named.
 * @throws Refused token.malformed, token.key, token.signature, keys.unavailable
 */
export async function verifyingKey(
  jws: CompactJws,
  row: AlgorithmRow,
  source: KeySource,
  keySets: KeySets,
  certificates?: KeyCertificatesCode,
): Promise<IssuerKey> {
  const kid = keyId(jws.header.kid);
  const tried = new Set<IssuerKey>();
  let doubt: string | undefined;
  const set = await keySets.current(source);
  const found = await firstThatVerifies(set.keys, tried);
  if (found !== undefined) return found;
  if (kid !== undefined && tried.size > 0 && doubt === undefined)
    throw new Refused("token.signature");

  const newer = await keySets.newer(source, set);
  const rotated = newer === set ? undefined : await firstThatVerifies(newer.keys, tried);
  if (rotated !== undefined) return rotated;
  if (doubt !== undefined) {
    const expected = "a key whose certificates lead to a trust anchor";
    throw new Refused("token.key", { expected, found: doubt });
  }
  if (tried.size > 0) throw new Refused("token.signature");
  throw new Refused("token.key", {
    expected: `a key for ${row.alg}${kid === undefined ? "" : ` with the kid ${JSON.stringify(kid.slice(0, 64))}`}`,
    found: leftOut(newer.keys, kid, row),
  });

  async function firstThatVerifies(keys: readonly IssuerKey[], tried: Set<IssuerKey>) {
    const untried = keys.filter((key) => !tried.has(key));
    for await (const { issuerKey, cryptoKey } of candidates(untried, kid, row)) {
      tried.add(issuerKey);
      if (!(await verifyCompact(jws.text, row, cryptoKey))) continue;
      doubt = await doubtOf(issuerKey, source, certificates);
      if (doubt === undefined) return issuerKey;
    }
    return undefined;
  }
}

/** Why the certificates of a key do not make it trusted; undefined where they do, or none are asked for. */
export async function doubtOf(
  { jwk }: IssuerKey,
  { trustAnchors }: KeySource,
  certificates: KeyCertificatesCode | undefined,
): Promise<string | undefined> {
  if (trustAnchors === undefined) return undefined;
  return await given(certificates, "keyCertificates").doubt(jwk, trustAnchors);
}

/** RFC 7515 section 4.1.4. */
function keyId(kid: unknown): string | undefined {
  if (kid === undefined || typeof kid === "string") return kid;
  throw new Refused("token.malformed", { expected: "kid as a string" });
}
