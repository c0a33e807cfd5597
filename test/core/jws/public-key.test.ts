import { describe, expect, test } from "vitest";
import { type AlgorithmRow, algorithm, algorithms } from "../../../src/jws/algorithms.ts";
import { encodeBase64url } from "../../../src/jws/base64url.ts";
import { importPublicKey, publicKey } from "../../../src/jws/public-key.ts";
import { signingKey } from "./signing-key.ts";

type Jwk = Readonly<Record<string, unknown>>;

const rowOf = (alg: string): AlgorithmRow => algorithm(alg) ?? expect.unreachable();
const rows = (kty: string) => algorithms.filter((row) => row.kty === kty);

/** A number as base64url, big-endian, in so many bytes. */
function number(value: bigint, bytes: number): string {
  const hex = value.toString(16).padStart(bytes * 2, "0");
  return encodeBase64url(
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  );
}

describe.each(algorithms)("$alg, every kty", (row) => {
  test("the unspoiled key passes, stripped to what its thumbprint needs, and imports", async () => {
    const { jwk } = await signingKey(row);
    const key = publicKey({ ...jwk, kid: "a", ext: true, key_ops: ["verify"], x5t: "a" }, row);
    expect(key).toEqual(jwk);
    if (key === undefined) expect.unreachable();
    expect((await importPublicKey(key, row)).type).toBe("public");
  });

  test.each<[string, (jwk: Jwk) => unknown]>([
    ["no object", () => undefined],
    ["null", () => null],
    ["an array", (jwk) => [jwk]],
    ["a string", (jwk) => JSON.stringify(jwk)],
    ["no kty", ({ kty, ...jwk }) => ({ ...jwk, was: kty })],
    ["kty oct", (jwk) => ({ ...jwk, kty: "oct" })],
    ["an oct key", () => ({ kty: "oct", k: "AAAA" })],
    ["kty in another case", (jwk) => ({ ...jwk, kty: String(jwk.kty).toLowerCase() })],
    ["another crv", (jwk) => ({ ...jwk, crv: "P-256K" })],
    ["use enc", (jwk) => ({ ...jwk, use: "enc" })],
    ["an alg of another kind", (jwk) => ({ ...jwk, alg: "HS256" })],
    ["alg none", (jwk) => ({ ...jwk, alg: "none" })],
    ["alg that is no string", (jwk) => ({ ...jwk, alg: 7 })],
    ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"].map(
      (name): [string, (jwk: Jwk) => unknown] => [
        `the private ${name}`,
        (jwk) => ({ ...jwk, [name]: "AQAB" }),
      ],
    ),
    ["a private member that is null", (jwk) => ({ ...jwk, d: null })],
  ])("%s is refused", async (_, spoil) => {
    const { jwk } = await signingKey(row);
    expect(publicKey(spoil(jwk), row)).toBeUndefined();
  });

  test("alg and use may repeat what is so", async () => {
    const { jwk } = await signingKey(row);
    expect(publicKey({ ...jwk, alg: row.alg, use: "sig" }, row)).toEqual(jwk);
  });

  test("the key of another kind is refused", async () => {
    for (const other of algorithms) {
      const { jwk } = await signingKey(other);
      const sameKind = other.kty === row.kty && other.crv === row.crv;
      expect(publicKey(jwk, row)).toEqual(sameKind ? jwk : undefined);
    }
  });
});

test("EdDSA and Ed25519 are one algorithm, RS256 and PS256 are not", async () => {
  const { jwk } = await signingKey(rowOf("EdDSA"));
  expect(publicKey({ ...jwk, alg: "EdDSA" }, rowOf("Ed25519"))).toEqual(jwk);
  expect(publicKey({ ...jwk, alg: "Ed25519" }, rowOf("EdDSA"))).toEqual(jwk);
  const rsa = await signingKey(rowOf("RS256"));
  expect(publicKey({ ...rsa.jwk, alg: "RS256" }, rowOf("PS256"))).toBeUndefined();
  expect(publicKey({ ...rsa.jwk, alg: "RS256" }, rowOf("RS384"))).toBeUndefined();
});

describe.each(rows("EC"))("$alg", (row) => {
  const primes: Readonly<Record<string, bigint>> = {
    "P-256": 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    "P-384":
      0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    "P-521": (1n << 521n) - 1n,
  };
  const prime = primes[row.crv ?? ""] ?? 0n;
  const bytes = Math.ceil(prime.toString(2).length / 8);

  test.each<[string, (jwk: Jwk) => unknown]>([
    ["no x", ({ x, ...jwk }) => ({ ...jwk, was: x })],
    ["no y", ({ y, ...jwk }) => ({ ...jwk, was: y })],
    ["x that is no string", (jwk) => ({ ...jwk, x: 7 })],
    ["x with padding", (jwk) => ({ ...jwk, x: `${jwk.x}=` })],
    ["x with a leading zero byte", (jwk) => ({ ...jwk, x: number(1n, bytes + 1) })],
    ["y without its leading zero byte", (jwk) => ({ ...jwk, y: number(1n, bytes - 1) })],
    ["x of the prime", (jwk) => ({ ...jwk, x: number(prime, bytes) })],
    ["y above the prime", (jwk) => ({ ...jwk, y: number(prime + 1n, bytes) })],
    ["an empty y", (jwk) => ({ ...jwk, y: "" })],
  ])("%s is refused", async (_, spoil) => {
    const { jwk } = await signingKey(row);
    expect(publicKey(spoil(jwk), row)).toBeUndefined();
  });

  test("a point off the curve does not import", async () => {
    const { jwk } = await signingKey(row);
    for (const [x, y] of [
      [jwk.y, jwk.x],
      [number(1n, bytes), number(1n, bytes)],
      [number(0n, bytes), number(0n, bytes)],
    ]) {
      const key = publicKey({ ...jwk, x, y }, row);
      if (key === undefined) expect.unreachable();
      await expect(importPublicKey(key, row)).rejects.toThrow();
    }
  });
});

describe.each(rows("RSA"))("$alg", (row) => {
  const modulus = (bits: number) => number((1n << BigInt(bits - 1)) | 1n, Math.ceil(bits / 8));
  const exponent = (value: bigint) => number(value, Math.ceil(value.toString(16).length / 2));

  test.each<[string, (jwk: Jwk) => unknown]>([
    ["no n", ({ n, ...jwk }) => ({ ...jwk, was: n })],
    ["no e", ({ e, ...jwk }) => ({ ...jwk, was: e })],
    ["an empty n", (jwk) => ({ ...jwk, n: "" })],
    ["an empty e", (jwk) => ({ ...jwk, e: "" })],
    ["1024 bits", (jwk) => ({ ...jwk, n: modulus(1024) })],
    ["2047 bits", (jwk) => ({ ...jwk, n: modulus(2047) })],
    ["8193 bits", (jwk) => ({ ...jwk, n: modulus(8193) })],
    ["65536 bits", (jwk) => ({ ...jwk, n: modulus(65536) })],
    ["an even n", (jwk) => ({ ...jwk, n: number(1n << 2047n, 256) })],
    ["n with a leading zero byte", (jwk) => ({ ...jwk, n: number((1n << 2047n) | 1n, 257) })],
    ["n with padding", (jwk) => ({ ...jwk, n: `${jwk.n}==` })],
    ["e of 0", (jwk) => ({ ...jwk, e: "AA" })],
    ["e of 1", (jwk) => ({ ...jwk, e: "AQ" })],
    ["e of 3", (jwk) => ({ ...jwk, e: "Aw" })],
    ["e of 65535", (jwk) => ({ ...jwk, e: exponent(65535n) })],
    ["an even e", (jwk) => ({ ...jwk, e: exponent(65538n) })],
    ["e of five bytes", (jwk) => ({ ...jwk, e: exponent((1n << 32n) | 1n) })],
    ["e with a leading zero byte", (jwk) => ({ ...jwk, e: "AAEAAQ" })],
    ["e with padding", (jwk) => ({ ...jwk, e: "AQAB=" })],
  ])("%s is refused", async (_, spoil) => {
    const { jwk } = await signingKey(row);
    expect(publicKey(spoil(jwk), row)).toBeUndefined();
  });

  test.each<[string, (jwk: Jwk) => Jwk]>([
    ["2048 bits", (jwk) => ({ ...jwk, n: modulus(2048) })],
    ["8192 bits", (jwk) => ({ ...jwk, n: modulus(8192) })],
    ["e of 65537", (jwk) => ({ ...jwk, e: exponent(65537n) })],
    ["e of four bytes", (jwk) => ({ ...jwk, e: exponent(0xffffffffn) })],
  ])("%s passes", async (_, change) => {
    const { jwk } = await signingKey(row);
    const changed = change(jwk);
    expect(publicKey(changed, row)).toEqual(changed);
  });
});
