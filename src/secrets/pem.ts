import { bytesOfBase64 } from "../base64.ts";
import { childrenOf, element, elements, hexOf } from "./der.ts";
import { distinct } from "./jwks.ts";
import { ec, ed25519, namedCurves, rsa } from "./key-types.ts";
import { type SigningKey, signingKey, type UnreadKey } from "./keys.ts";
import { SecretProblem } from "./secret-problem.ts";

const block = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
const skipped = new Set(["CERTIFICATE", "EC PARAMETERS"]);
const convert = "openssl pkcs8 -topk8 -nocrypt -in key.pem";

/** The PKCS#8 key in an encrypted one. Throws SecretProblem. */
export type Decrypt = (
  der: Uint8Array<ArrayBuffer>,
  name: string,
) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * The private keys of a PEM text (RFC 7468): PKCS#8, and the older forms of EC (RFC 5915) and RSA
 * (RFC 8017) keys. The kid is the block's X-Key-ID, else the RFC 7638 thumbprint.
 * Throws SecretProblem.
 */
export async function pemSigningKeys(text: string, decrypt?: Decrypt): Promise<SigningKey[]> {
  const jwks = await pemPrivateKeys(text, decrypt);
  const certificates = certificatesIn(text);
  return distinct(
    await Promise.all(jwks.map((jwk, index) => signingKey(jwk, nameOf(index), certificates))),
  );
}

/** The same as private JWKs, not yet judged. */
export async function pemPrivateKeys(text: string, decrypt?: Decrypt): Promise<UnreadKey[]> {
  const blocks = [...broken(text).matchAll(block)].filter(([, label]) => !skipped.has(label ?? ""));
  if (blocks.length === 0) {
    throw new SecretProblem(
      "it holds no PRIVATE KEY block; `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes one",
    );
  }
  return Promise.all(
    blocks.map(([, label = "", body = ""], index) =>
      fromBlock(label, body, nameOf(index), decrypt),
    ),
  );
}

/**
 * The certificates of a PEM text that holds nothing else, as DER. A private key beside them is not
 * looked for among trust anchors. Throws SecretProblem.
 */
export function pemCertificates(
  text: string,
): Array<{ readonly kid: string; readonly der: Uint8Array<ArrayBuffer> }> {
  const blocks = [...broken(text).matchAll(block)];
  if (blocks.length === 0) throw new SecretProblem("it holds no CERTIFICATE block");
  return blocks.map(([, label = "", body = ""], index) => {
    const kid = `certificate ${index + 1}`;
    if (label !== "CERTIFICATE") {
      throw new SecretProblem(
        `it holds a ${label}; trust anchors are certificates and nothing else`,
      );
    }
    return { kid, der: bytesOf(body, kid) };
  });
}

/** Those beside keys; PEM that is none is nobody's. */
function certificatesIn(text: string): readonly Uint8Array<ArrayBuffer>[] {
  return [...broken(text).matchAll(block)].flatMap(([, label, body = ""], index) =>
    label === "CERTIFICATE" ? [bytesOf(body, `block ${index + 1}`)] : [],
  );
}

const nameOf = (index: number) => `key ${index + 1}`;

/** An environment variable often has \n written out where lines should break. */
const broken = (text: string) => text.replace(/\\r?\\n|\\n/g, "\n");

async function fromBlock(
  label: string,
  body: string,
  name: string,
  decrypt: Decrypt | undefined,
): Promise<UnreadKey> {
  const encrypted = label === "ENCRYPTED PRIVATE KEY";
  if ((encrypted && !decrypt) || /^Proc-Type:.*ENCRYPTED/m.test(body)) {
    throw new SecretProblem(`${name} is encrypted; decrypt it: ${convert}`);
  }
  const kid = /^\s*X-Key-ID:[ \t]*(\S.*?)\s*$/m.exec(body)?.[1];
  const der = bytesOf(body.replace(/^\s*[\w-]+:.*$/gm, ""), name);
  const pkcs8 = encrypted && decrypt ? await decrypt(der, name) : asPkcs8(label, der, name);
  const algorithm = pkcs8Algorithm(pkcs8, name);
  const jwk = await crypto.subtle
    .importKey("pkcs8", pkcs8, algorithm, true, ["sign"])
    .then((key) => crypto.subtle.exportKey("jwk", key))
    .catch(() => {
      throw new SecretProblem(`${name} is damaged, or not a private key; try: ${convert}`);
    });
  const { alg: _, ...members } = jwk;
  return kid === undefined ? { ...members } : { ...members, kid };
}

function bytesOf(base64: string, name: string): Uint8Array<ArrayBuffer> {
  try {
    return bytesOfBase64(base64.replace(/\s/g, ""));
  } catch {
    throw new SecretProblem(`${name} is not base64 between its BEGIN and END lines`);
  }
}

const oid = (hex: string) =>
  element(
    6,
    Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
  );
function asPkcs8(label: string, der: Uint8Array<ArrayBuffer>, name: string) {
  switch (label) {
    case "PRIVATE KEY":
      return der;
    case "RSA PRIVATE KEY":
      return wrapped(element(0x30, oid(rsa), element(5)), der);
    case "EC PRIVATE KEY": {
      const parameters = childrenOf(elements(der)?.[0]).find(({ tag }) => tag === 0xa0);
      if (!parameters) {
        throw new SecretProblem(`${name} does not say its curve; convert it: ${convert}`);
      }
      return wrapped(element(0x30, oid(ec), parameters.content), der);
    }
    default:
      throw new SecretProblem(`${name} is a ${label}; a PRIVATE KEY is needed`);
  }
}

function wrapped(algorithm: Uint8Array, key: Uint8Array): Uint8Array<ArrayBuffer> {
  return element(0x30, element(2, Uint8Array.of(0)), algorithm, element(4, key));
}

function pkcs8Algorithm(der: Uint8Array<ArrayBuffer>, name: string) {
  const [, identifier] = childrenOf(elements(der)?.[0]);
  const [type, parameters] = childrenOf(identifier);
  const kind = hexOf(type);
  if (kind === rsa) return { name: "RSA-PSS", hash: "SHA-256" };
  if (kind === ed25519) return { name: "Ed25519" };
  const namedCurve = kind === ec ? namedCurves.get(hexOf(parameters)) : undefined;
  if (namedCurve) return { name: "ECDSA", namedCurve };
  throw new SecretProblem(
    `${name} is of a kind that cannot sign here: use EC with P-256, P-384 or P-521, Ed25519, or RSA`,
  );
}
