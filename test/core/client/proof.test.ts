import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import { createProof, type DpopKey, generateKey } from "../../../src/client/index.ts";
import { createProofs } from "../../../src/dpop/proof.ts";
import { algorithms } from "../../../src/jws/algorithms.ts";
import { refusalOf } from "./refusal.ts";

const start = 1_800_000_000;
const now = () => start * 1000 + 999;
// RFC 9449 section 7.1.
const accessToken = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const ath = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
const key = await generateKey();
const options = { key, method: "GET", url: "https://api.example.com/api/things", accessToken, now };

/** The edge's own judgement. */
function verify(proof: string, { alg, thumbprint }: DpopKey, changed = {}) {
  return createProofs({ now }).verify(proof, {
    method: "GET",
    url: new URL("https://api.example.com/api/things?page=2"),
    ath,
    jkt: thumbprint,
    algorithms: [alg],
    maxAge: 60,
    leeway: 10,
    ...changed,
  });
}

describe("a proof", () => {
  test.each(algorithms.map(({ alg }) => alg))("with %s passes the edge's checks", async (alg) => {
    const made = await generateKey({ alg });
    const proof = await createProof({ ...options, key: made, nonce: "n-1" });
    expect(await verify(proof, made)).toMatchObject({ alg, nonce: "n-1", iat: start });
  });

  test("says what it is for and nothing else", async () => {
    const proof = await createProof({ ...options, nonce: "n-1" });
    expect(decodeProtectedHeader(proof)).toEqual({
      typ: "dpop+jwt",
      alg: "ES256",
      jwk: key.publicJwk,
    });
    expect(decodeJwt(proof)).toEqual({
      jti: expect.stringMatching(/^[\w-]{22}$/),
      htm: "GET",
      htu: "https://api.example.com/api/things",
      iat: start,
      ath,
      nonce: "n-1",
    });
  });

  test("without token and nonce has no ath and no nonce", async () => {
    const { accessToken: _, ...tokenRequest } = options;
    const claims = decodeJwt(await createProof(tokenRequest));
    expect(Object.keys(claims).sort()).toEqual(["htm", "htu", "iat", "jti"]);
  });

  test("is another one each time", async () => {
    const proofs = await Promise.all(Array.from({ length: 100 }, () => createProof(options)));
    expect(new Set(proofs.map((proof) => decodeJwt(proof).jti)).size).toBe(100);
  });

  test.each([
    ["https://api.example.com/api/things?page=2#top", "https://api.example.com/api/things"],
    ["HTTPS://API.example.com:443/api/things", "https://api.example.com/api/things"],
    ["https://api.example.com:8443/a/../b", "https://api.example.com:8443/b"],
    ["https://api.example.com", "https://api.example.com/"],
    ["https://user:secret@api.example.com/x", "https://api.example.com/x"],
    ["http://127.0.0.1:8787/a%2fb", "http://127.0.0.1:8787/a%2fb"],
    ["https://api.example.com/käse", "https://api.example.com/k%C3%A4se"],
  ])("for %s names %s", async (url, htu) => {
    expect(decodeJwt(await createProof({ ...options, url })).htu).toBe(htu);
    expect(decodeJwt(await createProof({ ...options, url: new URL(url) })).htu).toBe(htu);
  });

  test.each(["/api/things", "ftp://api.example.com/", "data:,x", ""])(
    "is none for %j",
    async (url) => {
      await expect(createProof({ ...options, url })).rejects.toThrow(TypeError);
    },
  );

  test.each([
    ["get", "GET"],
    ["Post", "POST"],
    ["patch", "patch"],
    ["PATCH", "PATCH"],
  ])("names the method %s as fetch sends it: %s", async (method, htm) => {
    expect(decodeJwt(await createProof({ ...options, method })).htm).toBe(htm);
  });
});

describe("one thing wrong, and the edge says so", () => {
  test.each([
    ["proof.ath", { accessToken: undefined }],
    ["proof.ath", { accessToken: "another" }],
    ["proof.htm", { method: "POST" }],
    ["proof.htu", { url: "https://api.example.com/api" }],
    ["proof.iat", { now: () => now() + 120_000 }],
    ["proof.iat", { now: () => now() - 120_000 }],
  ])("%s", async (code, changed) => {
    await verify(await createProof(options), key);
    expect(await refusalOf(verify(await createProof({ ...options, ...changed }), key))).toBe(code);
  });

  test("token.binding: different keys for the token and the call", async () => {
    const other = await generateKey();
    const proof = await createProof({ ...options, key: other });
    expect(await refusalOf(verify(proof, key))).toBe("token.binding");
  });
});
