import { calculateJwkThumbprint } from "jose";
import { expect, test } from "vitest";
import { algorithm, algorithms } from "../../../src/jws/algorithms.ts";
import { publicKey } from "../../../src/jws/public-key.ts";
import { thumbprint } from "../../../src/jws/thumbprint.ts";
import { signingKey } from "./signing-key.ts";
import { rfc7638, rfc8037, rfc9449 } from "./vectors.ts";

async function thumbprintOf(jwk: unknown, alg: string): Promise<string> {
  const row = algorithm(alg);
  const key = row && publicKey(jwk, row);
  if (key === undefined) throw new Error("no key");
  return thumbprint(key);
}

test.each([
  ["RFC 7638 section 3.1", rfc7638.jwk, "RS256", rfc7638.thumbprint],
  ["RFC 8037 appendix A.3", rfc8037.jwk, "EdDSA", rfc8037.thumbprint],
  ["RFC 8037 appendix A.3, RFC 9864's name", rfc8037.jwk, "Ed25519", rfc8037.thumbprint],
  ["RFC 9449 section 6.1", rfc9449.jwk, "ES256", rfc9449.thumbprint],
])("%s", async (_, jwk, alg, expected) => {
  expect(await thumbprintOf(jwk, alg)).toBe(expected);
});

test.each(algorithms)("$alg: as jose has it, whatever else and in which order", async (row) => {
  const { jwk } = await signingKey(row);
  const expected = await calculateJwkThumbprint(jwk);
  const reversed = Object.fromEntries(Object.entries(jwk).toReversed());
  expect(await thumbprintOf(jwk, row.alg)).toBe(expected);
  expect(await thumbprintOf({ kid: "a", ...reversed, use: "sig", extra: {} }, row.alg)).toBe(
    expected,
  );
});
