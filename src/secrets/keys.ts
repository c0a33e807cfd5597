import { bytesOfBase64 } from "../base64.ts";
import { algorithm, algorithms } from "../jws/algorithms.ts";
import type { PublicJwk } from "../jws/public-key.ts";
import { thumbprint } from "../jws/thumbprint.ts";
import { SecretProblem } from "./secret-problem.ts";
import { chainAmong, ownChain, publicKeyInfo } from "./signing-certificates.ts";

/** A secret to derive from or to compare with: at least 32 bytes. */
export interface SymmetricKey {
  readonly kid: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A private key, not extractable, and its public half. */
export interface SigningKey {
  readonly kid: string;
  /** The one JWS algorithm that the key signs with. */
  readonly alg: string;
  readonly key: CryptoKey;
  /** With `kid`, `alg` and `use`, and `x5c` where it has certificates: as it is published. */
  readonly publicJwk: Readonly<Record<string, string | readonly string[]>>;
}

export type UnreadKey = Readonly<Record<string, unknown>>;

const usable = "use EC with P-256, P-384 or P-521, Ed25519, or RSA";

/**
 * Reads a private JWK. `name` says in messages which one it is. Throws SecretProblem.
 * @param certificates beside the key, among which its own may be
 */
export async function signingKey(
  jwk: UnreadKey,
  name: string,
  certificates: readonly Uint8Array<ArrayBuffer>[] = [],
): Promise<SigningKey> {
  if (jwk.kty === "oct") {
    throw new SecretProblem(`${name} is a shared secret (kty oct), which signs nothing: ${usable}`);
  }
  if (typeof jwk.d !== "string") throw new SecretProblem(`${name} has no private part`);
  if (jwk.use !== undefined && jwk.use !== "sig") {
    throw new SecretProblem(`${name} is not for signatures: its use must be "sig" or absent`);
  }
  const alg = algorithmOf(jwk, name);
  const members = publicMembers(jwk, name);
  const kid = typeof jwk.kid === "string" ? jwk.kid : await thumbprint(members);
  const key = await imported(jwk, alg).catch(() => {
    throw new SecretProblem(`${name} is no valid ${members.kty} key`);
  });
  const publicJwk = { ...members, kid, alg, use: "sig" };
  if (jwk.x5c === undefined && certificates.length === 0) return { kid, alg, key, publicJwk };
  const info = await publicKeyInfo(members, key.algorithm);
  const x5c =
    jwk.x5c === undefined ? chainAmong(certificates, info) : ownChain(jwk.x5c, info, name);
  return { kid, alg, key, publicJwk: x5c.length === 0 ? publicJwk : { ...publicJwk, x5c } };
}

async function imported(jwk: UnreadKey, alg: string): Promise<CryptoKey> {
  const row = algorithm(alg);
  if (!row) throw new SecretProblem(`${alg} is no algorithm for signatures`);
  // What the set says of alg, use, key_ops and ext has been judged, and would only get in the way.
  const { alg: _, use: __, key_ops: ___, ext: ____, x5c: _____, ...material } = jwk;
  return crypto.subtle.importKey("jwk", material, row.import, false, ["sign"]);
}

/** Reads an `oct` JWK. Throws SecretProblem. */
export function symmetricKey(jwk: UnreadKey, name: string): SymmetricKey {
  const { kid, k } = jwk;
  if (typeof kid !== "string" || kid === "") throw new SecretProblem(`${name} has no kid`);
  const bytes = typeof k === "string" ? decoded(k) : undefined;
  if (!bytes) throw new SecretProblem(`${name} has no k, or it is not base64url`);
  if (bytes.length < 32) {
    throw new SecretProblem(`${name} has ${bytes.length} bytes; at least 32 are needed`);
  }
  return { kid, bytes };
}

/** Padding is let pass, as it always was. */
function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (/[+/]/.test(text)) return undefined;
  try {
    return bytesOfBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
}

function publicMembers(jwk: UnreadKey, name: string): PublicJwk {
  const member = (of: string): string => {
    const value = jwk[of];
    if (typeof value === "string") return value;
    throw new SecretProblem(`${name} has no ${of}`);
  };
  switch (jwk.kty) {
    case "RSA":
      return { kty: "RSA", n: member("n"), e: member("e") };
    case "EC":
      return { kty: "EC", crv: member("crv"), x: member("x"), y: member("y") };
    default:
      return { kty: "OKP", crv: member("crv"), x: member("x") };
  }
}

/** The key's own alg where it fits, else the first of its kind. */
function algorithmOf(jwk: UnreadKey, name: string): string {
  const { kty, crv, alg } = jwk;
  const fits = algorithms.filter((row) => row.kty === kty && row.crv === crv).map((row) => row.alg);
  const usual = kty === "RSA" ? rsaAlgorithm(jwk, name) : fits[0];
  if (usual === undefined) {
    throw new SecretProblem(`${name} is of a kind that cannot sign here: ${usable}`);
  }
  const chosen = alg === undefined ? usual : fits.find((one) => one === alg);
  if (chosen !== undefined) return chosen;
  throw new SecretProblem(`${name} cannot be used with its alg: write ${fits.join(" or ")}`);
}

/** By the size of the modulus, as Heimdall chooses. */
function rsaAlgorithm(jwk: UnreadKey, name: string): string {
  const modulus = typeof jwk.n === "string" ? decoded(jwk.n) : undefined;
  if (!modulus) throw new SecretProblem(`${name} has no n, or it is not base64url`);
  const first = modulus.findIndex((byte) => byte !== 0);
  const bits = first < 0 ? 0 : (modulus.length - first) * 8 - Math.clz32(modulus[first] ?? 0) + 24;
  if (bits < 2048) throw new SecretProblem(`${name} has ${bits} bits; RSA needs at least 2048`);
  return bits < 3072 ? "PS256" : bits < 4096 ? "PS384" : "PS512";
}
