import { equalBytes } from "../equal-bytes.ts";
import { childrenOf, type Element, elements, hexOf } from "../secrets/der.ts";
import { CertificateProblem } from "./certificate-problem.ts";
import { basicConstraints, extensionsOf, keyUsage } from "./extensions.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** An X.509 certificate (RFC 5280 section 4.1), as far as a path through it is judged. */
export interface Certificate {
  readonly der: Bytes;
  /** What the signature is over. */
  readonly signed: Bytes;
  readonly algorithm: Element;
  readonly signature: Bytes;
  /** Names are compared byte by byte. */
  readonly issuer: Bytes;
  readonly subject: Bytes;
  /** Milliseconds since the epoch; both moments belong to it. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Element;
  readonly isAuthority: boolean;
  /** How many authorities may stand between it and the leaf; absent: any number. */
  readonly pathLength?: number;
  /** Absent: the certificate does not say what its key is for. */
  readonly usage?: { readonly digitalSignature: boolean; readonly certificateSigning: boolean };
}

/**
 * Reads one certificate. Only version 3, for the others cannot say what their key is for, and
 * nothing that would have to be understood and is not.
 * @throws CertificateProblem
 */
export function parseCertificate(der: Bytes): Certificate {
  const [outer, ...more] = elements(der) ?? [];
  const [signed, algorithm, signature, ...rest] = childrenOf(outer);
  const [version, serial, inner, issuer, validity, subject, publicKey, ...optional] =
    childrenOf(signed);
  if (!signed || !algorithm || more.length > 0 || rest.length > 0) {
    throw new CertificateProblem("is not DER of an X.509 certificate");
  }
  if (version?.tag !== 0xa0 || hexOf(version) !== "020102") {
    throw new CertificateProblem("is not of version 3");
  }
  if (
    serial?.tag !== 2 ||
    issuer?.tag !== 0x30 ||
    subject?.tag !== 0x30 ||
    publicKey?.tag !== 0x30
  ) {
    throw new CertificateProblem("has no number, no names or no public key");
  }
  // RFC 5280 section 4.1.1.2: the signature covers the inner one, and the outer one is followed.
  if (!inner || !equalBytes(inner.whole, algorithm.whole)) {
    throw new CertificateProblem("names two algorithms for one signature");
  }
  const extensions = extensionsOf(optional);
  const usage = keyUsage(extensions);
  return {
    der,
    signed: signed.whole,
    algorithm,
    signature: bits(signature),
    issuer: issuer.whole,
    subject: subject.whole,
    ...times(validity),
    publicKey,
    ...basicConstraints(extensions),
    ...(usage ? { usage } : {}),
  };
}

/** The bytes of a BIT STRING that ends on a byte. @throws CertificateProblem */
export function bits(element: Element | undefined): Bytes {
  if (element?.tag === 3 && element.content[0] === 0) return element.content.subarray(1);
  throw new CertificateProblem("has a bit string that is none");
}

function times(validity: Element | undefined): Pick<Certificate, "notBefore" | "notAfter"> {
  const [notBefore, notAfter, ...rest] = childrenOf(validity);
  if (!notBefore || !notAfter || rest.length > 0) throw new CertificateProblem("has no validity");
  return { notBefore: time(notBefore), notAfter: time(notAfter) };
}

/** RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime after; seconds, and Z. */
function time({ tag, content }: Element): number {
  const text = String.fromCharCode(...content.subarray(0, 16));
  const short = tag === 0x17 && /^\d{12}Z$/.test(text);
  if (!short && !(tag === 0x18 && /^\d{14}Z$/.test(text))) {
    throw new CertificateProblem("has a time that is none");
  }
  const century = short ? (text < "50" ? "20" : "19") : "";
  const iso = `${century}${text}`.replace(
    /^(....)(..)(..)(..)(..)(..)Z$/,
    "$1-$2-$3T$4:$5:$6.000Z",
  );
  const milliseconds = Date.parse(iso);
  // Months of 31 days where there are 30 would be read as another day.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== iso) {
    throw new CertificateProblem("has a time that is none");
  }
  return milliseconds;
}
