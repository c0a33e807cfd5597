import { decodeBase64url } from "./base64url.ts";

/** A curve's coordinates: how many bytes (RFC 7518 section 6.2.1.2, RFC 8037 section 2), below which prime. */
export interface Curve {
  readonly crv: string;
  readonly bytes: number;
  readonly prime: bigint;
}

export const curves: readonly Curve[] = [
  { crv: "P-256", bytes: 32, prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n },
  { crv: "P-384", bytes: 48, prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n },
  { crv: "P-521", bytes: 66, prime: 2n ** 521n - 1n },
  { crv: "Ed25519", bytes: 32, prime: 2n ** 255n - 19n },
];

/** The coordinate of an EC key: big-endian, of the exact length, below the prime. */
export function isCoordinate(text: string, curve: Curve): boolean {
  const bytes = decodeBase64url(text);
  return bytes?.length === curve.bytes && unsigned(bytes) < curve.prime;
}

/** Ordinates of the eight points of small order; the sign of x is a bit of its own. */
const smallOrder = (() => {
  const prime = 2n ** 255n - 19n;
  const orderEight = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
  return new Set([0n, 1n, prime - 1n, orderEight, prime - orderEight]);
})();

/**
 * RFC 8032 section 5.1.3: the encoded ordinate is below the prime. A point of small order is
 * refused: one signature under it verifies for many messages, so it proves no possession.
 */
export function isEd25519Point(text: string, curve: Curve): boolean {
  const bytes = decodeBase64url(text);
  if (bytes?.length !== curve.bytes) return false;
  const y = unsigned(bytes.reverse()) % 2n ** 255n;
  return y < curve.prime && !smallOrder.has(y);
}

/** Big-endian. */
export function unsigned(bytes: Uint8Array): bigint {
  let hex = "0x0";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return BigInt(hex);
}
