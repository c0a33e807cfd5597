import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { createProofs, type Proofs } from "../../../src/dpop/proof.ts";
import { type AlgorithmRow, algorithms } from "../../../src/jws/algorithms.ts";
import { encodeBase64url } from "../../../src/jws/base64url.ts";
import { encodeText, signingKey } from "../jws/signing-key.ts";
import { rfc9449 } from "../jws/vectors.ts";
import { type Change, makeProof, now, thumbprintOf } from "./client-proof.ts";
import { badClaims, badHeader, badSignature, malformed, passing } from "./proof-rows.ts";

const frozen = () => createProofs({ now: () => now * 1000 + 999 });

async function codeOf(proofs: Proofs, row: AlgorithmRow, change: Change): Promise<string> {
  const { text, expected } = await makeProof(row, change);
  try {
    await proofs.verify(text, expected);
    return "passes";
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

describe("RFC 9449 section 7.1", () => {
  const expected = {
    method: "GET",
    url: new URL("https://resource.example.org/protectedresource"),
    ath: rfc9449.ath,
    jkt: rfc9449.thumbprint,
    algorithms: ["ES256"],
    maxAge: 60,
    leeway: 10,
  };
  const at = (second: number) => createProofs({ now: () => second * 1000 });

  test("its ath is the hash of its access token", async () => {
    const token = new TextEncoder().encode(rfc9449.accessToken);
    const digest = await crypto.subtle.digest("SHA-256", token);
    expect(encodeBase64url(new Uint8Array(digest))).toBe(rfc9449.ath);
  });

  test("its proof passes while it is young", async () => {
    const proof = {
      alg: "ES256",
      jkt: rfc9449.thumbprint,
      jti: "e1j3V_bKic8-LAEB",
      iat: 1562262618,
    };
    expect(await at(1562262618).verify(rfc9449.resourceProof, expected)).toEqual(proof);
    expect(await at(1562262618 + 70).verify(rfc9449.resourceProof, expected)).toEqual(proof);
    const late = at(1562262618 + 71).verify(rfc9449.resourceProof, expected);
    await expect(late).rejects.toMatchObject({ code: "proof.iat" });
  });

  test("the proof of section 4.1 is for the token endpoint: it has no ath", async () => {
    const forToken = {
      ...expected,
      method: "POST",
      url: new URL("https://server.example.com/token"),
    };
    const verified = at(1562262616).verify(rfc9449.tokenProof, forToken);
    await expect(verified).rejects.toMatchObject({ code: "proof.ath" });
  });
});

describe.each(algorithms)("$alg", (row) => {
  test("the unspoiled proof passes and says who and when", async () => {
    const { text, expected } = await makeProof(row);
    expect(await frozen().verify(text, expected)).toEqual({
      alg: row.alg,
      jkt: expected.jkt,
      jti: "e1j3V_bKic8-LAEB",
      iat: now,
    });
  });

  test.each([...malformed, ...badHeader, ...badClaims, ...badSignature])(
    "%s",
    async (_, change, code) => {
      const proofs = frozen();
      expect(await codeOf(proofs, row, {})).toBe("passes");
      expect(await codeOf(proofs, row, change)).toBe(code);
    },
  );

  test.each(passing)("%s passes", async (_, change) => {
    expect(await codeOf(frozen(), row, change)).toBe("passes");
  });

  test("a thief's signature under the client's key", async () => {
    const signer = await signingKey(row, "thief");
    expect(await codeOf(frozen(), row, { signer })).toBe("proof.signature");
  });

  test("a thief's own key and signature", async () => {
    const signer = await signingKey(row, "thief");
    expect(await codeOf(frozen(), row, { signer, header: { jwk: signer.jwk } })).toBe(
      "token.binding",
    );
    const jkt = await thumbprintOf(signer);
    expect(
      await codeOf(frozen(), row, { signer, header: { jwk: signer.jwk }, expected: { jkt } }),
    ).toBe("passes");
  });

  test("the key of every other algorithm", async () => {
    for (const other of algorithms) {
      if (other.kty === row.kty && other.crv === row.crv) continue;
      const { jwk } = await signingKey(other);
      expect(await codeOf(frozen(), row, { header: { jwk } })).toBe("proof.jwk");
    }
  });

  test("every other alg over the same signature", async () => {
    for (const { alg, kty, crv } of algorithms) {
      const name = crv === "Ed25519" && row.crv === crv ? "passes" : "proof.signature";
      const code =
        kty !== row.kty || crv !== row.crv ? "proof.jwk" : alg === row.alg ? "passes" : name;
      expect(await codeOf(frozen(), row, { header: { alg } })).toBe(code);
    }
  });
});

const es256 = algorithms[0] ?? expect.unreachable();

test("iat is floored once, and the nonce is handed on unread", async () => {
  const { text, expected } = await makeProof(es256, { claims: { iat: now - 1.25, nonce: "" } });
  expect(await frozen().verify(text, expected)).toMatchObject({ iat: now - 2, nonce: "" });
});

test("what was expected and found is told to the event, the ath is not", async () => {
  const refusal = async (change: Change) => {
    const { text, expected } = await makeProof(es256, change);
    return frozen()
      .verify(text, expected)
      .catch((error) => error);
  };
  expect(await refusal({ claims: { htm: "POST" } })).toMatchObject({
    detail: { expected: "GET", found: '"POST"' },
  });
  expect(
    await refusal({ claims: { htu: "https://api.example.com/x?token=secret" } }),
  ).toMatchObject({
    detail: { expected: "https://api.example.com/api/things", found: "https://api.example.com/x" },
  });
  expect(await refusal({ claims: { htu: "https://user:secret@api.example.com/" } })).toMatchObject({
    detail: { found: "not an absolute http or https URL" },
  });
  expect(await refusal({ header: { typ: "x".repeat(300) } })).toMatchObject({
    detail: { expected: "dpop+jwt", found: `"${"x".repeat(64)}"` },
  });
  expect(await refusal({ claims: { ath: "secret" } })).toMatchObject({ detail: {} });
});

test("a point that is not on the curve is the jwk's fault, not ours", async () => {
  const client = await signingKey(es256);
  const jwk = { ...client.jwk, x: client.jwk.y, y: client.jwk.x };
  const jkt = await thumbprintOf({
    ...client,
    jwk: { ...client.jwk, x: String(jwk.x), y: String(jwk.y) },
  });
  expect(await codeOf(frozen(), es256, { header: { jwk }, expected: { jkt } })).toBe("proof.jwk");
});

test("any text is a refusal, never another error", async () => {
  const proofs = frozen();
  const { expected } = await makeProof(es256);
  const json = fc.oneof(
    fc.json(),
    fc
      .record({
        typ: fc.constant("dpop+jwt"),
        alg: fc.constantFrom("ES256", "RS256", "EdDSA"),
        jwk: fc.dictionary(
          fc.constantFrom("kty", "crv", "x", "y", "n", "e"),
          fc.oneof(fc.constantFrom("EC", "RSA", "P-256", "AQAB"), fc.jsonValue()),
        ),
      })
      .map((header) => JSON.stringify(header)),
  );
  const proof = fc.oneof(
    fc.string(),
    fc.tuple(json, json, fc.string()).map((parts) => parts.map(encodeText).join(".")),
  );
  await fc.assert(
    fc.asyncProperty(proof, async (text) => {
      await expect(proofs.verify(text, expected)).rejects.toThrow(Refused);
    }),
  );
});
