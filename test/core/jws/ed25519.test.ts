import { describe, expect, test } from "vitest";
import { algorithms } from "../../../src/jws/algorithms.ts";
import { decodeBase64url, encodeBase64url } from "../../../src/jws/base64url.ts";
import { publicKey } from "../../../src/jws/public-key.ts";
import { signingKey } from "./signing-key.ts";
import { rfc8037 } from "./vectors.ts";

const p = 2n ** 255n - 19n;
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const mod = (value: bigint) => ((value % p) + p) % p;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (
    let square = mod(base), rest = exponent;
    rest > 0n;
    rest >>= 1n, square = mod(square * square)
  ) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
}

type Point = readonly [x: bigint, y: bigint];

/** RFC 8032 section 5.1.4, affine: slow and plain. */
function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const t = mod(d * mod(x1 * x2) * mod(y1 * y2));
  const x = mod((x1 * y2 + y1 * x2) * power(1n + t, p - 2n));
  const y = mod((y1 * y2 + x1 * x2) * power(1n - t, p - 2n));
  return [x, y];
}

/** RFC 8032 section 5.1.3. */
function decompress(encoded: bigint): Point | undefined {
  const y = mod(encoded % 2n ** 255n);
  const square = mod((y * y - 1n) * power(d * y * y + 1n, p - 2n));
  let x = power(square, (p + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * power(2n, (p - 1n) / 4n));
  if (mod(x * x) !== square) return undefined;
  return [(x & 1n) === encoded >> 255n ? x : mod(-x), y];
}

function hasSmallOrder(point: Point): boolean {
  const eightfold = [1, 2, 3].reduce((multiple) => add(multiple, multiple), point);
  return eightfold[0] === 0n && eightfold[1] === 1n;
}

function encode(value: bigint): string {
  const hex = value.toString(16).padStart(64, "0").match(/../g) ?? [];
  return encodeBase64url(Uint8Array.from(hex.toReversed(), (pair) => Number.parseInt(pair, 16)));
}

/** Ordinates with, and without, the bit for the sign of x. */
const signed = (y: bigint) => [y, y + 2n ** 255n];

/** That these are the ones, and all of them, the second test shows. */
const orderEight = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const smallOrdinates = [0n, 1n, p - 1n, orderEight, p - orderEight];

describe.each(algorithms.filter(({ kty }) => kty === "OKP"))("$alg", (row) => {
  const accepts = (value: bigint) =>
    publicKey({ kty: "OKP", crv: "Ed25519", x: encode(value) }, row) !== undefined;

  test("the published key and a fresh one pass, and are not of small order", async () => {
    const { jwk } = await signingKey(row);
    for (const key of [rfc8037.jwk, jwk]) {
      expect(publicKey(key, row)).toEqual(key);
      const bytes = decodeBase64url(String(key.x)) ?? new Uint8Array();
      const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
      expect(hasSmallOrder(decompress(value) ?? expect.unreachable())).toBe(false);
    }
  });

  test("the points of small order are eight, and every spelling of them is refused", () => {
    const points = smallOrdinates.flatMap(signed).flatMap((value) => {
      const point = decompress(value);
      return point === undefined ? [] : [point];
    });
    expect(points.every(hasSmallOrder)).toBe(true);
    expect(new Set(points.map(String)).size).toBe(8);
    for (const value of smallOrdinates.flatMap(signed)) expect(accepts(value)).toBe(false);
  });

  test("an ordinate at or above the prime is a second spelling, and refused", () => {
    for (let y = p; y < 2n ** 255n; y += 1n) {
      for (const value of signed(y)) expect(accepts(value)).toBe(false);
    }
    expect(accepts(p - 2n)).toBe(true);
    expect(accepts(3n)).toBe(true);
  });

  test.each([
    ["31 bytes", encodeBase64url(new Uint8Array(31).fill(9))],
    ["33 bytes", encodeBase64url(new Uint8Array(33).fill(9))],
    ["padding", `${rfc8037.jwk.x}=`],
    ["trailing bits", `${rfc8037.jwk.x.slice(0, -1)}p`],
    ["nothing", ""],
    ["a number", 7],
    ["no x", undefined],
  ])("%s is refused", (_, x) => {
    expect(publicKey({ kty: "OKP", crv: "Ed25519", x }, row)).toBeUndefined();
  });

  test("another curve of the same kty is refused", () => {
    for (const crv of ["X25519", "Ed448", "ed25519", undefined]) {
      expect(publicKey({ ...rfc8037.jwk, crv }, row)).toBeUndefined();
    }
  });
});
