import { calculateJwkThumbprint } from "jose";
import { describe, expect, test, vi } from "vitest";
import { createProofs } from "../../../src/dpop/proof.ts";
import { replayDigest } from "../../../src/dpop/replay-key.ts";
import { type AlgorithmRow, algorithm, algorithms } from "../../../src/jws/algorithms.ts";
import { decodeBase64url, encodeBase64url } from "../../../src/jws/base64url.ts";
import { sign, signingKey } from "../jws/signing-key.ts";
import { type Made, makeProof, now } from "./client-proof.ts";

const rowOf = (alg: string): AlgorithmRow => algorithm(alg) ?? expect.unreachable();
const proofs = createProofs({ now: () => now * 1000 });
const split = (text: string) => {
  const at = text.lastIndexOf(".");
  return {
    input: text.slice(0, at),
    signature: decodeBase64url(text.slice(at + 1)) ?? new Uint8Array(),
  };
};
const join = (input: string, signature: Uint8Array) => `${input}.${encodeBase64url(signature)}`;
const hexOf = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** A proof that names this key, made for a token that is bound to it: only the key itself can be at fault. */
async function proofNaming(row: AlgorithmRow, jwk: Record<string, string>): Promise<Made> {
  const jkt = await calculateJwkThumbprint(jwk);
  return makeProof(row, { header: { jwk }, expected: { jkt } });
}

describe("keys under which anybody can sign", () => {
  test("RSA with exponent 1: the padded hash is its own signature", async () => {
    const row = rowOf("RS256");
    const { jwk } = await signingKey(row);
    const { text, expected } = await proofNaming(row, { ...jwk, e: "AQ" });
    const { input } = split(text);
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(input));
    // RFC 8017 section 9.2: 00 01 ff.. 00, then the DigestInfo of SHA-256.
    const tail = `003031300d060960864801650304020105000420${hexOf(new Uint8Array(hash))}`;
    const forged = join(input, bytesOf(`0001${tail.padStart(508, "f")}`));
    await expect(proofs.verify(forged, expected)).rejects.toMatchObject({ code: "proof.jwk" });
  });

  test.each(["EdDSA", "Ed25519"])(
    "%s with the neutral point: one signature fits every text",
    async (alg) => {
      const neutral = new Uint8Array(32);
      neutral[0] = 1;
      const jwk = { kty: "OKP", crv: "Ed25519", x: encodeBase64url(neutral) };
      const { text, expected } = await proofNaming(rowOf(alg), jwk);
      const signature = new Uint8Array(64);
      signature[0] = 1;
      const forged = join(split(text).input, signature);
      await expect(proofs.verify(forged, expected)).rejects.toMatchObject({ code: "proof.jwk" });
    },
  );

  test("RSA of 1024 bits, honestly signed", async () => {
    const row = rowOf("RS256");
    const small = { ...row.import, modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) };
    const pair = await crypto.subtle.generateKey(small, true, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Error("RSA keys come in pairs.");
    const { n, e } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const jwk = { kty: "RSA", n: String(n), e: String(e) };
    const signer = { row, privateKey: pair.privateKey, jwk };
    const jkt = await calculateJwkThumbprint(jwk);
    const { text, expected } = await makeProof(row, { signer, header: { jwk }, expected: { jkt } });
    await expect(proofs.verify(text, expected)).rejects.toMatchObject({ code: "proof.jwk" });
  });

  test("HMAC with the public key as its secret", async () => {
    const row = rowOf("ES256");
    const { jwk } = await signingKey(row);
    const secret = new TextEncoder().encode(JSON.stringify(jwk));
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const privateKey = await crypto.subtle.importKey("raw", secret, hmac, false, ["sign"]);
    const signer = { row: { ...row, verify: hmac }, privateKey, jwk };
    const { text, expected } = await makeProof(row, { signer, header: { alg: "HS256" } });
    const lenient = { ...expected, algorithms: ["HS256", "none", "ES256"] };
    await expect(proofs.verify(text, lenient)).rejects.toMatchObject({ code: "proof.alg" });
  });
});

describe("one proof in two spellings is refused, or has one replay key", () => {
  const keyOf = async ({ text, expected }: Made) => {
    const { jkt, jti, iat } = await proofs.verify(text, expected);
    return { iat, digest: await replayDigest(jkt, jti) };
  };

  // The orders of the curves: s and order - s are signatures of the same text.
  test.each([
    ["ES256", 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
    [
      "ES384",
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    ],
    [
      "ES512",
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    ],
  ])("%s: the other s", async (alg, order) => {
    const made = await makeProof(rowOf(alg));
    const { input, signature } = split(made.text);
    const half = signature.length / 2;
    const s = order - BigInt(`0x${hexOf(signature.slice(half))}`);
    const other = bytesOf(hexOf(signature.slice(0, half)) + s.toString(16).padStart(half * 2, "0"));
    const text = join(input, other);
    expect(text).not.toBe(made.text);
    expect(await keyOf({ ...made, text })).toEqual(await keyOf(made));
  });

  test("Ed25519: s plus the order of the group", async () => {
    const made = await makeProof(rowOf("Ed25519"));
    const { input, signature } = split(made.text);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${hexOf(signature.slice(32).toReversed())}`) + order;
    const other = bytesOf(s.toString(16).padStart(64, "0")).reverse();
    const text = join(input, Uint8Array.from([...signature.slice(0, 32), ...other]));
    await expect(proofs.verify(text, made.expected)).rejects.toMatchObject({
      code: "proof.signature",
    });
  });

  test.each(algorithms)("$alg: other base64 for the same bytes", async (row) => {
    const made = await makeProof(row);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const next = alphabet[alphabet.indexOf(made.text.at(-1) ?? "") + 1] ?? "A";
    const spellings = [
      `${made.text.slice(0, -1)}${next}`,
      `${made.text}=`,
      `${made.text}==`,
      made.text.replaceAll(".", "=."),
      ` ${made.text}`,
      `${made.text}\t`,
    ];
    for (const text of spellings) {
      const code = expect.stringMatching(/^proof\.(malformed|signature)$/);
      await expect(proofs.verify(text, made.expected)).rejects.toMatchObject({ code });
    }
  });

  test("the same jti, signed again by the same key", async () => {
    const first = await makeProof(rowOf("ES256"));
    const second = await makeProof(rowOf("ES256"), { claimsText: (text) => ` ${text}` });
    expect(second.text).not.toBe(first.text);
    expect(await keyOf(second)).toEqual(await keyOf(first));
  });
});

test("a client's key is imported once per alg, a stranger's never", async () => {
  const importKey = vi.spyOn(crypto.subtle, "importKey");
  const imports = () =>
    importKey.mock.calls.filter(([, , , , usages]) => [...usages].includes("verify")).length;
  try {
    const fresh = createProofs({ now: () => now * 1000 });
    for (const alg of ["RS256", "RS256", "PS256", "RS256", "PS256"]) {
      const { text, expected } = await makeProof(rowOf(alg));
      await fresh.verify(text, expected);
    }
    expect(imports()).toBe(2);
    const thief = await signingKey(rowOf("ES256"), "thief");
    const client = await makeProof(rowOf("ES256"));
    const stolen = await sign(
      thief,
      JSON.stringify({ typ: "dpop+jwt", alg: "ES256", jwk: thief.jwk }),
      JSON.stringify({
        jti: "a",
        htm: "GET",
        htu: "https://api.example.com/api/things",
        iat: now,
        ath: client.expected.ath,
      }),
    );
    await expect(fresh.verify(stolen, client.expected)).rejects.toMatchObject({
      code: "token.binding",
    });
    expect(imports()).toBe(2);
  } finally {
    importKey.mockRestore();
  }
});
