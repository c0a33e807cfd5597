import { equalBytes } from "../equal-bytes.ts";
import type { Certificate } from "./certificate.ts";
import { CertificateProblem } from "./certificate-problem.ts";
import { certifiedKey } from "./public-key.ts";
import { isSignedBy } from "./signature.ts";

/** When a chain holds, in milliseconds since the epoch; both moments belong to it. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * RFC 5280 section 6.1, for a chain in the order of RFC 7517 section 4.7: the leaf first, each of
 * the others having signed the one before it. It holds where it comes to a trust anchor: to one
 * itself, or to a certificate that one of them signed. What follows is not looked at. Nothing is
 * revoked here, and no policy or name is narrowed: a certificate that wants that is refused when it
 * is read.
 * @param now milliseconds since the epoch
 * @throws CertificateProblem that says which certificate, and why
 */
export async function judgeChain(
  chain: readonly Certificate[],
  anchors: readonly Certificate[],
  now: number,
): Promise<Validity> {
  const [leaf] = chain;
  // RFC 5280 leaves open what a key is for that does not say so; here it must.
  if (!leaf?.usage?.digitalSignature) {
    throw new CertificateProblem("certificate 1: its keyUsage does not name digitalSignature");
  }
  let validity: Validity = {
    notBefore: Number.NEGATIVE_INFINITY,
    notAfter: Number.POSITIVE_INFINITY,
  };
  for (const [index, current] of chain.entries()) {
    const name = `certificate ${index + 1}`;
    checkTime(current, name, now);
    validity = both(validity, current);
    if (anchors.some((anchor) => equalBytes(anchor.der, current.der))) return validity;
    for (const anchor of anchors) {
      const signs = !doubt(anchor, current, index) && holdsAt(anchor, now);
      if (signs && (await isSignedBy(current, await certifiedKey(anchor.publicKey))))
        return both(validity, anchor);
    }
    const next = chain[index + 1];
    if (next === undefined) break;
    const why = doubt(next, current, index);
    if (why) throw new CertificateProblem(`certificate ${index + 2}: ${why}`);
    if (!(await isSignedBy(current, await certifiedKey(next.publicKey)))) {
      throw new CertificateProblem(`${name}: certificate ${index + 2} did not sign it`);
    }
  }
  throw new CertificateProblem(
    `${chain.length} certificates that lead to no trust anchor that is valid now`,
  );
}

/** Why a certificate may not have signed another, whatever the signature says. */
function doubt(authority: Certificate, signed: Certificate, below: number): string | undefined {
  if (!equalBytes(authority.subject, signed.issuer))
    return "it is not the issuer of the one before";
  if (!authority.isAuthority) return "its basicConstraints do not say CA";
  if (authority.usage && !authority.usage.certificateSigning) {
    return "its keyUsage does not name keyCertSign";
  }
  if (authority.pathLength !== undefined && below > authority.pathLength) {
    return "its pathLenConstraint allows fewer certificates below it";
  }
  return undefined;
}

function checkTime(certificate: Certificate, name: string, now: number): void {
  if (now < certificate.notBefore) throw new CertificateProblem(`${name}: not valid yet`);
  if (now > certificate.notAfter) throw new CertificateProblem(`${name}: no longer valid`);
}

function holdsAt({ notBefore, notAfter }: Validity, now: number): boolean {
  return now >= notBefore && now <= notAfter;
}

function both(one: Validity, other: Validity): Validity {
  return {
    notBefore: Math.max(one.notBefore, other.notBefore),
    notAfter: Math.min(one.notAfter, other.notAfter),
  };
}
