import { childrenOf, type Element, elements, hexOf } from "../secrets/der.ts";
import { CertificateProblem } from "./certificate-problem.ts";

/** What is inside each extension, by its object identifier in hexadecimal. */
type Extensions = ReadonlyMap<string, Element>;

const keyUsageId = "551d0f";
const basicConstraintsId = "551d13";
const subjectAltNameId = "551d11";
const nameConstraintsId = "551d1e";
const policyConstraintsId = "551d24";

/** RFC 5280 section 4.2: what may be critical and is understood; an alternative name is nobody's here. */
const understood = new Set([keyUsageId, basicConstraintsId, subjectAltNameId]);
/** They narrow what an authority may sign, and are not judged: whoever says so is not followed. */
const narrowing = new Set([nameConstraintsId, policyConstraintsId]);

/**
 * What stands after the public key of a certificate.
 * @throws CertificateProblem where it is no list of extensions, or one of them is there twice, or
 * would have to be understood and is not
 */
export function extensionsOf(optional: readonly Element[]): Extensions {
  const found = new Map<string, Element>();
  for (const { tag, content } of optional) {
    if (tag !== 0xa3 || found.size > 0) throw new CertificateProblem("has unknown parts");
    const [list, ...more] = elements(content) ?? [];
    const extensions = childrenOf(list);
    // One that is empty or cannot be read would hide what is critical in it.
    if (extensions.length === 0 || more.length > 0) throw unreadable();
    for (const extension of extensions) read(extension, found);
  }
  return found;
}

function read(extension: Element, found: Map<string, Element>): void {
  const [id, ...parts] = childrenOf(extension);
  const value = parts.at(-1);
  const critical = parts.length === 2 && parts[0]?.tag === 1 && hexOf(parts[0]) === "ff";
  const inner = value?.tag === 4 ? elements(value.content) : undefined;
  const [content, ...more] = inner ?? [];
  const flagged = parts.length === 1 || (parts.length === 2 && critical);
  if (id?.tag !== 6 || content === undefined || more.length > 0 || !flagged) {
    throw unreadable();
  }
  const name = hexOf(id);
  if (found.has(name)) throw new CertificateProblem("has an extension twice");
  if ((critical && !understood.has(name)) || narrowing.has(name)) {
    throw new CertificateProblem(
      `has an extension that is not followed here (OID ${name.slice(0, 64)})`,
    );
  }
  found.set(name, content);
}

/** RFC 5280 section 4.2.1.9. @throws CertificateProblem */
export function basicConstraints(extensions: Extensions): {
  readonly isAuthority: boolean;
  readonly pathLength?: number;
} {
  const found = extensions.get(basicConstraintsId);
  if (found === undefined) return { isAuthority: false };
  const [authority, length, ...rest] = childrenOf(found);
  if (found.tag !== 0x30 || rest.length > 0) {
    throw unreadable();
  }
  if (authority === undefined) return { isAuthority: false };
  // From 0x80 on an INTEGER of one byte is negative.
  const short =
    length === undefined ||
    (length.tag === 2 && hexOf(length) < "80" && length.content.length === 1);
  if (authority.tag !== 1 || hexOf(authority) !== "ff" || !short) {
    throw unreadable();
  }
  const pathLength = length?.content[0];
  return { isAuthority: true, ...(pathLength === undefined ? {} : { pathLength }) };
}

/** RFC 5280 section 4.2.1.3; undefined where the certificate does not say. @throws CertificateProblem */
export function keyUsage(
  extensions: Extensions,
): { readonly digitalSignature: boolean; readonly certificateSigning: boolean } | undefined {
  const found = extensions.get(keyUsageId);
  if (found === undefined) return undefined;
  const [unused, first] = found.content;
  if (found.tag !== 3 || unused === undefined || first === undefined) {
    throw unreadable();
  }
  return { digitalSignature: (first & 0x80) !== 0, certificateSigning: (first & 0x04) !== 0 };
}

function unreadable(): CertificateProblem {
  return new CertificateProblem("has an extension that cannot be read");
}
