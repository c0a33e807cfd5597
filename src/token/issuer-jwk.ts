import { bytesOfBase64 } from "../base64.ts";
import type { AlgorithmRow } from "../jws/algorithms.ts";
import { encodeBase64url } from "../jws/base64url.ts";
import { curves } from "../jws/curves.ts";
import type { JsonObject, JsonValue } from "../jws/json.ts";

/** Characters; the longest modulus takes 1,366. */
const longestNumber = 4096;

/**
 * An issuer's key in the one spelling that `publicKey` takes: padding, plain base64 and leading
 * zeros are the same number. A proof's key gets none of this, for there the spelling decides the
 * thumbprint; nobody takes the thumbprint of these.
 */
export function normalised(jwk: JsonObject): JsonObject {
  const { n, e, x, y } = jwk;
  switch (jwk.kty) {
    case "RSA":
      return { ...jwk, ...named("n", integer(n)), ...named("e", integer(e)) };
    case "EC": {
      const length = curves.find(({ crv }) => crv === jwk.crv)?.bytes;
      const coordinate = (value: JsonValue | undefined) => padded(integer(value), length);
      return { ...jwk, ...named("x", coordinate(x)), ...named("y", coordinate(y)) };
    }
    case "OKP":
      return { ...jwk, ...named("x", bytesOf(x)) };
    default:
      return jwk;
  }
}

/** Why a key is not for an algorithm, in words for the operator; which member, never its value. */
export function whyLeftOut(jwk: JsonObject, row: AlgorithmRow): string {
  if (jwk.kty !== row.kty) return `its kty is not ${row.kty}`;
  if (["d", "p", "q", "dp", "dq", "qi", "oth", "k"].some((name) => Object.hasOwn(jwk, name)))
    return "it holds private members";
  if (jwk.crv !== row.crv) return `its crv is not ${row.crv ?? "absent"}`;
  if (jwk.use !== undefined && jwk.use !== "sig") return "its use is not sig";
  if (jwk.key_ops !== undefined && !JSON.stringify(jwk.key_ops).includes('"verify"'))
    return "its key_ops lack verify";
  if (jwk.alg !== undefined && jwk.alg !== row.alg) return `its alg is not ${row.alg}`;
  return row.kty === "RSA"
    ? "its n is not of 2048 to 8192 bits and odd, or its e is not odd and from 65537 to four bytes"
    : "its x or y is no point of the curve";
}

const named = (name: string, bytes: Uint8Array | undefined): JsonObject =>
  bytes === undefined ? {} : { [name]: encodeBase64url(bytes) };

/** Bytes of base64 or base64url, padded or not; undefined for anything else. */
function bytesOf(value: JsonValue | undefined): Uint8Array | undefined {
  if (typeof value !== "string" || value.length > longestNumber) return undefined;
  const text = value.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const digits = text.replace(/=+$/, "");
  if (digits.length % 4 === 1) return undefined;
  return bytesOfBase64(digits);
}

function integer(value: JsonValue | undefined): Uint8Array | undefined {
  const bytes = bytesOf(value);
  const first = bytes?.findIndex((byte) => byte !== 0) ?? -1;
  return first === -1 ? bytes : bytes?.subarray(first);
}

/** RFC 7518 section 6.2.1.2: a coordinate has the length of its curve. */
function padded(bytes: Uint8Array | undefined, length: number | undefined): Uint8Array | undefined {
  if (bytes === undefined || length === undefined || bytes.length >= length) return bytes;
  const whole = new Uint8Array(length);
  whole.set(bytes, length - bytes.length);
  return whole;
}
