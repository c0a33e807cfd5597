import { base64Of, bytesOfBase64 } from "../base64.ts";
import { equalBytes } from "../equal-bytes.ts";
import { childrenOf, elements } from "./der.ts";
import { SecretProblem } from "./secret-problem.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What of an X.509 certificate (RFC 5280 section 4.1) says whose it is. */
interface Outline {
  readonly base64: string;
  readonly issuer: Bytes;
  readonly subject: Bytes;
  /** SubjectPublicKeyInfo. */
  readonly key: Bytes;
}

/** More than any chain needs: a key set is fetched often. */
const longestChain = 8;

/**
 * The certificates that are published with a key (RFC 7517 section 4.7): those of its own x5c, the
 * first of which must hold it. Whether they hold is for who trusts their authority to judge.
 * @param name says in messages which key it is
 * Throws SecretProblem.
 */
export function ownChain(x5c: unknown, publicKey: Bytes, name: string): readonly string[] {
  const texts: readonly unknown[] = Array.isArray(x5c) ? x5c : [];
  const chain = texts.map((text) =>
    typeof text === "string" ? outlineOf(bytesOf(text), text) : undefined,
  );
  const [leaf] = chain;
  const read = chain.filter((outline) => outline !== undefined);
  if (!leaf || chain.length > longestChain || read.length < chain.length) {
    throw new SecretProblem(`${name} has an x5c that is not 1 to ${longestChain} certificates`);
  }
  if (equalBytes(leaf.key, publicKey)) return read.map(({ base64 }) => base64);
  throw new SecretProblem(`${name} has a certificate of another key`);
}

/** Of the certificates beside a key those that lead from it upwards; none where none is its own. */
export function chainAmong(certificates: readonly Bytes[], publicKey: Bytes): readonly string[] {
  const outlines = certificates.flatMap((der) => outlineOf(der, base64Of(der)) ?? []);
  const chain: Outline[] = [];
  let next = outlines.find(({ key }) => equalBytes(key, publicKey));
  while (next && chain.length < longestChain) {
    chain.push(next);
    const { issuer } = next;
    next = outlines.find((one) => equalBytes(one.subject, issuer) && !chain.includes(one));
  }
  return chain.map(({ base64 }) => base64);
}

/** The public half of a key as certificates hold it. */
export async function publicKeyInfo(
  members: object,
  algorithm: { readonly name: string },
): Promise<Bytes> {
  const key = await crypto.subtle.importKey("jwk", { ...members }, algorithm, true, ["verify"]);
  return new Uint8Array(await crypto.subtle.exportKey("spki", key));
}

function outlineOf(der: Bytes | undefined, base64: string): Outline | undefined {
  const [outer, ...more] = (der && elements(der)) ?? [];
  const [signed] = childrenOf(outer);
  const fields = childrenOf(signed);
  const [, , issuer, , subject, key] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  if (more.length > 0 || !issuer || !subject || key?.tag !== 0x30) return undefined;
  return { base64, issuer: issuer.whole, subject: subject.whole, key: key.whole };
}

function bytesOf(base64: string): Bytes | undefined {
  try {
    return bytesOfBase64(base64);
  } catch {
    return undefined;
  }
}
