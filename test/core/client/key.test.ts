import { describe, expect, test } from "vitest";
import { exportKey, generateKey, importKey, keyFromPair } from "../../../src/client/index.ts";
import { algorithms } from "../../../src/jws/algorithms.ts";

// RFC 8037 appendix A.1 to A.3.
const ed25519 = {
  kty: "OKP",
  crv: "Ed25519",
  d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
};
// RFC 7515 appendix A.3.1.
const p256 = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
};

describe("a key that is made", () => {
  test.each(algorithms.map(({ alg }) => alg))("signs with %s and cannot be read", async (alg) => {
    const key = await generateKey({ alg });
    expect(key.alg).toBe(alg);
    expect(key.privateKey.extractable).toBe(false);
    expect(key.thumbprint).toMatch(/^[\w-]{43}$/);
    await expect(exportKey(key, "jwk")).rejects.toThrow("extractable: true");
  });

  test("is ES256 by default, another one each time", async () => {
    const [one, other] = await Promise.all([generateKey(), generateKey()]);
    expect(one).toMatchObject({ alg: "ES256", publicJwk: { kty: "EC", crv: "P-256" } });
    expect(one.thumbprint).not.toBe(other.thumbprint);
  });

  test("is of no algorithm without a key pair", async () => {
    for (const alg of ["HS256", "none", "es256", ""]) {
      await expect(generateKey({ alg })).rejects.toThrow("There is no algorithm");
    }
  });
});

describe("a key pair that was made elsewhere", () => {
  const p256Pair = () =>
    crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);

  test("is taken for the algorithm that it fits", async () => {
    const pair = await p256Pair();
    expect(await keyFromPair(pair, "ES256")).toMatchObject({ alg: "ES256" });
    await expect(keyFromPair(pair, "ES384")).rejects.toThrow("none for ES384");
  });

  test("is refused with its halves exchanged", async () => {
    const { privateKey, publicKey } = await p256Pair();
    for (const pair of [
      { privateKey: publicKey, publicKey: privateKey },
      { privateKey: publicKey, publicKey },
      { privateKey, publicKey: privateKey },
    ]) {
      await expect(keyFromPair(pair, "ES256")).rejects.toThrow("none for ES256");
    }
  });
});

describe("import", () => {
  test("reads a JWK, as an object, as JSON, or alone in a set", async () => {
    for (const source of [ed25519, JSON.stringify(ed25519), JSON.stringify({ keys: [ed25519] })]) {
      const key = await importKey(source);
      expect(key).toMatchObject({
        alg: "EdDSA",
        // RFC 8037 appendix A.3.
        thumbprint: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        publicJwk: { kty: "OKP", crv: "Ed25519", x: ed25519.x },
      });
      expect(key.publicJwk).not.toHaveProperty("d");
      expect(key.privateKey.extractable).toBe(false);
    }
  });

  test("takes the algorithm that the key or the caller names", async () => {
    expect((await importKey({ ...ed25519, alg: "Ed25519" })).alg).toBe("Ed25519");
    expect((await importKey({ ...ed25519, alg: "EdDSA" }, { alg: "Ed25519" })).alg).toBe("Ed25519");
    await expect(importKey(p256, { alg: "EdDSA" })).rejects.toThrow("ES256");
  });

  test.each([
    ["no key at all", "hello", /PRIVATE KEY/],
    ["broken JSON", "{", /no JSON object/],
    ["a member twice", '{"kty":"OKP","kty":"OKP"}', /no JSON object/],
    ["a public key", { ...ed25519, d: undefined }, /no private part/],
    ["two keys in a set", JSON.stringify({ keys: [ed25519, p256] }), /one key, not 2/],
    ["a key for encryption", { ...p256, use: "enc" }, /sig/],
    [
      "another's public half",
      { ...ed25519, x: "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw" },
      /./,
    ],
  ])("refuses %s, quoting nothing of it", async (_, source, message) => {
    expect(await importKey(ed25519)).toBeDefined();
    const thrown = await importKey(source).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(Error);
    expect(String(thrown)).toMatch(message);
    expect(String(thrown)).not.toContain(ed25519.d);
  });
});

describe("export", () => {
  test.each(algorithms.map(({ alg }) => alg))(
    "%s: JWK and PEM give the same key again",
    async (alg) => {
      const key = await generateKey({ alg, extractable: true });
      const jwk = await exportKey(key, "jwk");
      expect(jwk).toMatchObject({ alg, kty: key.publicJwk.kty });
      expect(jwk.d).toMatch(/^[\w-]+$/);
      const pem = await exportKey(key, "pem");
      expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n(.{1,64}\n)+-----END PRIVATE KEY-----\n$/);
      const again = await importKey(JSON.stringify(jwk), { extractable: true });
      expect(again).toMatchObject({ alg, thumbprint: key.thumbprint });
      expect((await importKey(pem, { alg })).thumbprint).toBe(key.thumbprint);
      expect(await exportKey(again, "pem")).toBe(pem);
    },
  );
});
