export type KeyType = "EC" | "OKP" | "RSA";

/** What Web Crypto is told of an algorithm. */
export interface WebCryptoAlgorithm {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
  readonly saltLength?: number;
}

/** A JWS algorithm: the key that it demands (RFC 7518 section 3, RFC 8037, RFC 9864) and Web Crypto's names for it. */
export interface AlgorithmRow {
  readonly alg: string;
  readonly kty: KeyType;
  /** Absent for RSA. */
  readonly crv?: string;
  readonly import: WebCryptoAlgorithm;
  /** For sign as well. */
  readonly verify: WebCryptoAlgorithm;
}

// biome-ignore format: a row is a line
/** Every algorithm there is here: asymmetric ones only. `none` and HMAC have no row. */
export const algorithms: readonly AlgorithmRow[] = [
  { alg: "ES256", kty: "EC", crv: "P-256", import: { name: "ECDSA", namedCurve: "P-256" }, verify: { name: "ECDSA", hash: "SHA-256" } },
  { alg: "ES384", kty: "EC", crv: "P-384", import: { name: "ECDSA", namedCurve: "P-384" }, verify: { name: "ECDSA", hash: "SHA-384" } },
  { alg: "ES512", kty: "EC", crv: "P-521", import: { name: "ECDSA", namedCurve: "P-521" }, verify: { name: "ECDSA", hash: "SHA-512" } },
  { alg: "EdDSA", kty: "OKP", crv: "Ed25519", import: { name: "Ed25519" }, verify: { name: "Ed25519" } },
  { alg: "Ed25519", kty: "OKP", crv: "Ed25519", import: { name: "Ed25519" }, verify: { name: "Ed25519" } },
  { alg: "RS256", kty: "RSA", import: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, verify: { name: "RSASSA-PKCS1-v1_5" } },
  { alg: "RS384", kty: "RSA", import: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" }, verify: { name: "RSASSA-PKCS1-v1_5" } },
  { alg: "RS512", kty: "RSA", import: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" }, verify: { name: "RSASSA-PKCS1-v1_5" } },
  { alg: "PS256", kty: "RSA", import: { name: "RSA-PSS", hash: "SHA-256" }, verify: { name: "RSA-PSS", saltLength: 32 } },
  { alg: "PS384", kty: "RSA", import: { name: "RSA-PSS", hash: "SHA-384" }, verify: { name: "RSA-PSS", saltLength: 48 } },
  { alg: "PS512", kty: "RSA", import: { name: "RSA-PSS", hash: "SHA-512" }, verify: { name: "RSA-PSS", saltLength: 64 } },
];

const byName = new Map(algorithms.map((row) => [row.alg, row]));

/** The row of an `alg`, compared exactly (RFC 7515 section 4.1.1); undefined when there is none. */
export function algorithm(alg: unknown): AlgorithmRow | undefined {
  return typeof alg === "string" ? byName.get(alg) : undefined;
}

/** One algorithm under two names: EdDSA and Ed25519 (RFC 9864 section 2.2). */
export function sameAlgorithm(one: AlgorithmRow, other: AlgorithmRow): boolean {
  return (
    one.crv === other.crv &&
    one.import.name === other.import.name &&
    one.import.hash === other.import.hash
  );
}
