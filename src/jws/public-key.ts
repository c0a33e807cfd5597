import { isRecord } from "../record.ts";
import { type AlgorithmRow, algorithm, type KeyType, sameAlgorithm } from "./algorithms.ts";
import { decodeBase64url } from "./base64url.ts";
import { type Curve, curves, isCoordinate, isEd25519Point, unsigned } from "./curves.ts";

/** A checked public key: what RFC 7638 section 3.2 requires of its kty, and nothing else. */
export type PublicJwk =
  | { readonly kty: "EC"; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: "OKP"; readonly crv: string; readonly x: string }
  | { readonly kty: "RSA"; readonly n: string; readonly e: string };

interface Members {
  readonly [name: string]: unknown;
}

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4, RFC 8037 section 2. */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/**
 * The public key that an algorithm demands: its kty and crv, no private member, every number
 * canonical, so that one key has one thumbprint. `alg` and `use`, where present, must agree; other
 * members are ignored (`key_ops` is for who publishes key sets). undefined for anything else. That
 * an EC point lies on its curve is left to the import.
 */
export function publicKey(jwk: unknown, row: AlgorithmRow): PublicJwk | undefined {
  if (!isRecord(jwk) || jwk.kty !== row.kty) return undefined;
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) return undefined;
  if (!agrees(jwk, row)) return undefined;
  return byKeyType[row.kty](jwk, row);
}

/** Throws where Web Crypto refuses the key, such as an EC point that is not on its curve. */
export function importPublicKey(jwk: PublicJwk, row: AlgorithmRow): Promise<CryptoKey> {
  return crypto.subtle.importKey("jwk", { ...jwk }, row.import, false, ["verify"]);
}

const byKeyType: Readonly<
  Record<KeyType, (jwk: Members, row: AlgorithmRow) => PublicJwk | undefined>
> = {
  EC({ x, y }, row) {
    const curve = curveOf(row);
    if (curve === undefined || typeof x !== "string" || typeof y !== "string") return undefined;
    if (!isCoordinate(x, curve) || !isCoordinate(y, curve)) return undefined;
    return { kty: "EC", crv: curve.crv, x, y };
  },
  OKP({ x }, row) {
    const curve = curveOf(row);
    if (curve === undefined || typeof x !== "string" || !isEd25519Point(x, curve)) return undefined;
    return { kty: "OKP", crv: curve.crv, x };
  },
  RSA({ n, e }) {
    if (typeof n !== "string" || typeof e !== "string") return undefined;
    return isModulus(n) && isExponent(e) ? { kty: "RSA", n, e } : undefined;
  },
};

function agrees(jwk: Members, row: AlgorithmRow): boolean {
  if (jwk.crv !== row.crv) return false;
  if (jwk.use !== undefined && jwk.use !== "sig") return false;
  if (jwk.alg === undefined) return true;
  const declared = algorithm(jwk.alg);
  return declared !== undefined && sameAlgorithm(declared, row);
}

function curveOf(row: AlgorithmRow): Curve | undefined {
  return curves.find(({ crv }) => crv === row.crv);
}

/** Of base64url: 8192 bits. Beyond, one verification costs milliseconds. */
const maxModulusLength = 1366;

/** RFC 7518 section 3.3: 2048 bits or more. */
function isModulus(text: string): boolean {
  if (text.length > maxModulusLength) return false;
  const bytes = decodeBase64url(text);
  const first = bytes?.[0];
  const last = bytes?.at(-1);
  if (bytes === undefined || first === undefined || last === undefined) return false;
  const bits = bytes.length * 8 - (Math.clz32(first) - 24);
  // A leading zero byte would be a second spelling of the key.
  return first !== 0 && last % 2 === 1 && bits >= 2048;
}

/** Odd, 65537 (NIST SP 800-56B section 6.2) to four bytes: with 1 anybody signs, 3 has a history of forgeries. */
function isExponent(text: string): boolean {
  const bytes = decodeBase64url(text);
  if (bytes === undefined || bytes.length > 4 || bytes[0] === 0) return false;
  const exponent = unsigned(bytes);
  return exponent >= 65537n && exponent % 2n === 1n;
}
