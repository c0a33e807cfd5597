import { childrenOf, type Element, elements, hexOf } from "./der.ts";
import { SecretProblem } from "./secret-problem.ts";

type Bytes = Uint8Array<ArrayBuffer>;

interface Encryption {
  readonly derivation: { name: "PBKDF2"; hash: string; salt: Bytes; iterations: number };
  readonly cipher: { name: "AES-CBC"; iv: Bytes };
  /** Of the AES key, in bits. */
  readonly length: number;
}

/** Far more than keys ask for: a bound on the work that a file may order. */
const mostIterations = 10_000_000;
const pbes2 = "2a864886f70d01050d";
const pbkdf2 = "2a864886f70d01050c";
const hashes = new Map([
  ["2a864886f70d0207", "SHA-1"],
  ["2a864886f70d0209", "SHA-256"],
  ["2a864886f70d020a", "SHA-384"],
  ["2a864886f70d020b", "SHA-512"],
]);
const keyLengths = new Map([
  ["608648016503040102", 128],
  ["608648016503040116", 192],
  ["60864801650304012a", 256],
]);

/**
 * The PKCS#8 key in an EncryptedPrivateKeyInfo (RFC 5958 section 3) by PBES2 with PBKDF2 and
 * AES-CBC (RFC 8018 section 6.2). `name` says in messages which one it is. Throws SecretProblem.
 */
export async function decryptedKey(der: Bytes, password: string, name: string): Promise<Bytes> {
  const [algorithm, data] = childrenOf(elements(der)?.[0]);
  const encryption = data?.tag === 4 ? encryptionOf(algorithm) : undefined;
  if (!encryption || !data) {
    throw new SecretProblem(
      `${name} is encrypted in a way that is not read here; use PBES2: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in key.pem`,
    );
  }
  const key = await derived(encryption, password, name);
  const plain = await crypto.subtle.decrypt(encryption.cipher, key, data.content).then(
    (buffer) => new Uint8Array(buffer),
    () => undefined,
  );
  // One wrong password in 256 leaves a padding that fits: what it gives is then no PKCS#8.
  if (plain && childrenOf(elements(plain)?.[0])[0]?.tag === 2) return plain;
  throw new SecretProblem(`${name} cannot be decrypted: its password is another, or it is damaged`);
}

async function derived(
  { derivation, cipher, length }: Encryption,
  password: string,
  name: string,
): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(password);
  const secret = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
  const target = { name: cipher.name, length };
  return crypto.subtle.deriveKey(derivation, secret, target, false, ["decrypt"]).catch(() => {
    throw new SecretProblem(
      `${name} asks for ${derivation.iterations} iterations of PBKDF2 for AES-${length}, which this runtime does not do; Workers do at most 100000`,
    );
  });
}

function encryptionOf(algorithm: Element | undefined): Encryption | undefined {
  const [scheme, parameters] = childrenOf(algorithm);
  const [kdf, cipher] = childrenOf(parameters);
  const [kdfType, kdfParameters] = childrenOf(kdf);
  const [cipherType, iv] = childrenOf(cipher);
  const length = keyLengths.get(hexOf(cipherType));
  if (hexOf(scheme) !== pbes2 || hexOf(kdfType) !== pbkdf2 || length === undefined)
    return undefined;
  if (iv?.tag !== 4 || iv.content.length !== 16) return undefined;
  const derivation = derivationOf(childrenOf(kdfParameters), length);
  return derivation && { derivation, cipher: { name: "AES-CBC", iv: iv.content }, length };
}

function derivationOf(
  [salt, iterations, ...rest]: readonly Element[],
  length: number,
): Encryption["derivation"] | undefined {
  const keyLength = rest.find(({ tag }) => tag === 2);
  const prf = rest.find(({ tag }) => tag === 0x30);
  // RFC 8018 appendix A.2: HMAC with SHA-1 where none is named.
  const hash = prf ? hashes.get(hexOf(childrenOf(prf)[0])) : "SHA-1";
  const count = iterations?.tag === 2 ? Number(`0x${hexOf(iterations)}`) : 0;
  if (salt?.tag !== 4 || hash === undefined || !(count >= 1 && count <= mostIterations)) {
    return undefined;
  }
  if (keyLength && Number(`0x${hexOf(keyLength)}`) * 8 !== length) return undefined;
  return { name: "PBKDF2", hash, salt: salt.content, iterations: count };
}
