import type { WebCryptoAlgorithm } from "../jws/algorithms.ts";
import { curves } from "../jws/curves.ts";
import type { PublicJwk } from "../jws/public-key.ts";
import { childrenOf, type Element, elements, hexOf } from "../secrets/der.ts";
import type { Bytes, Certificate } from "./certificate.ts";
import { CertificateProblem } from "./certificate-problem.ts";

/** How a certificate was signed. */
interface Method {
  readonly name: "RSASSA-PKCS1-v1_5" | "RSA-PSS" | "ECDSA";
  readonly hash: string;
  readonly saltLength?: number;
}

// SHA-1 and MD5 have no row: who can make two certificates of one digest can make one of ours.
const methods: ReadonlyMap<string, Method> = new Map([
  ["2a864886f70d01010b", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }],
  ["2a864886f70d01010c", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" }],
  ["2a864886f70d01010d", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" }],
  ["2a8648ce3d040302", { name: "ECDSA", hash: "SHA-256" }],
  ["2a8648ce3d040303", { name: "ECDSA", hash: "SHA-384" }],
  ["2a8648ce3d040304", { name: "ECDSA", hash: "SHA-512" }],
]);
const hashes: ReadonlyMap<string, string> = new Map([
  ["608648016503040201", "SHA-256"],
  ["608648016503040202", "SHA-384"],
  ["608648016503040203", "SHA-512"],
]);
const rsaPss = "2a864886f70d01010a";
const mgf1 = "2a864886f70d010108";

/**
 * Whether the certificate was signed with that key (RFC 5280 section 6.1.3 (a) (1)).
 * @throws CertificateProblem where it was signed in a way that is not trusted
 */
export async function isSignedBy(certificate: Certificate, key: PublicJwk): Promise<boolean> {
  const method = methodOf(certificate.algorithm);
  if (method === undefined) {
    throw new CertificateProblem("a certificate is signed in a way that is not trusted");
  }
  const made = importOf(method, key);
  const signature =
    method.name === "ECDSA" ? rawSignature(certificate.signature, key) : certificate.signature;
  if (made === undefined || signature === undefined) return false;
  try {
    const imported = await crypto.subtle.importKey("jwk", { ...key }, made, false, ["verify"]);
    return await crypto.subtle.verify(method, imported, signature, certificate.signed);
  } catch {
    // Some runtimes throw at a signature that no key of the algorithm could make.
    return false;
  }
}

/** RFC 4055, RFC 5758: parameters are NULL or left out for RSA, and left out elsewhere. */
function methodOf(algorithm: Element): Method | undefined {
  const [id, parameters, ...rest] = childrenOf(algorithm);
  if (rest.length > 0) return undefined;
  const name = hexOf(id);
  if (name === rsaPss) return pssMethod(parameters);
  const method = methods.get(name);
  const isNull = parameters?.tag === 5 && parameters.content.length === 0;
  const fits = parameters === undefined || (isNull && method?.name === "RSASSA-PKCS1-v1_5");
  return fits ? method : undefined;
}

/** RFC 4055 section 3.1: one hash for the message and the mask, and the trailer that everybody uses. */
function pssMethod(parameters: Element | undefined): Method | undefined {
  const [hashPart, maskPart, saltPart, ...rest] = childrenOf(parameters);
  const inner = (part: Element | undefined, tag: number) =>
    part?.tag === tag ? elements(part.content)?.[0] : undefined;
  const hashId = childrenOf(inner(hashPart, 0xa0))[0];
  const [maskId, maskHash] = childrenOf(inner(maskPart, 0xa1));
  const salt = inner(saltPart, 0xa2);
  const hash = hashes.get(hexOf(hashId));
  const sameHash = hexOf(childrenOf(maskHash)[0]) === hexOf(hashId);
  const trailer = rest.every((part) => part.tag === 0xa3 && hexOf(part) === "020101");
  if (hash === undefined || hexOf(maskId) !== mgf1 || !sameHash || !trailer) return undefined;
  if (salt?.tag !== 2 || salt.content.length !== 1) return undefined;
  const [saltLength = 0] = salt.content;
  return saltLength <= 64 ? { name: "RSA-PSS", hash, saltLength } : undefined;
}

function importOf({ name, hash }: Method, key: PublicJwk): WebCryptoAlgorithm | undefined {
  switch (name) {
    case "ECDSA":
      return key.kty === "EC" ? { name, namedCurve: key.crv } : undefined;
    default:
      return key.kty === "RSA" ? { name, hash } : undefined;
  }
}

/** RFC 3279 section 2.2.3: two integers in DER; Web Crypto takes them side by side. */
function rawSignature(der: Bytes, key: PublicJwk): Bytes | undefined {
  const length = key.kty === "EC" && curves.find(({ crv }) => crv === key.crv)?.bytes;
  const [outer, ...more] = elements(der) ?? [];
  const [r, s, ...rest] = childrenOf(outer);
  if (!length || more.length > 0 || rest.length > 0) return undefined;
  const raw = new Uint8Array(length * 2);
  for (const [index, integer] of [r, s].entries()) {
    if (integer?.tag !== 2) return undefined;
    const [first = 0x80, second = 0] = integer.content;
    // Negative, or with a zero that is not needed: a second spelling of one signature.
    if (first >= 0x80 || (first === 0 && second < 0x80)) return undefined;
    const digits = first === 0 ? integer.content.subarray(1) : integer.content;
    if (digits.length > length) return undefined;
    raw.set(digits, (index + 1) * length - digits.length);
  }
  return raw;
}
