import { CompactSign, compactVerify, importJWK, type JWK } from "jose";
import { describe, expect, test } from "vitest";
import type { SecretSource } from "../../src/configuration.ts";
import { createSecrets } from "../../src/secrets.ts";
import * as pem from "./mint/pem-keys.ts";

const from = { binding: "SIGNING_KEY_PEM" };

function secretsOf(kind: SecretSource["kind"], text: string | undefined) {
  return createSecrets({ keys: { kind, from } }, () => text);
}
const signing = (text: string, kind: SecretSource["kind"] = "pem") =>
  secretsOf(kind, text).signingKeys("keys");

async function jwks(...texts: string[]): Promise<{ keys: JWK[] }> {
  const keys = await signing(texts.join(""));
  return { keys: keys.map(({ publicJwk }) => ({ kty: String(publicJwk.kty), ...publicJwk })) };
}

describe("keys from PEM", () => {
  const kinds: ReadonlyArray<[name: string, text: string, alg: string]> = [
    ["EC P-256", pem.ecP256, "ES256"],
    ["EC P-384", pem.ecP384, "ES384"],
    ["EC P-521", pem.ecP521, "ES512"],
    ["Ed25519", pem.ed25519, "EdDSA"],
    ["RSA of 2048 bits", pem.rsa2048, "PS256"],
    ["RSA of 3072 bits", pem.rsa3072, "PS384"],
    ["SEC1", pem.sec1, "ES256"],
    ["SEC1 without its public key", pem.sec1WithoutPublicKey, "ES256"],
    ["PKCS#1", pem.pkcs1, "PS256"],
    ["with Windows line ends", pem.ecP256.replaceAll("\n", "\r\n"), "ES256"],
    ["with \\n written out", pem.ecP256.replaceAll("\n", "\\n"), "ES256"],
    ["on one line", pem.ecP256.replaceAll("\n", " "), "ES256"],
  ];
  test.each(kinds)("%s: signs what its published half verifies", async (_, text, alg) => {
    const [key] = await signing(text);
    if (!key) throw new Error("no key");
    expect(key.alg).toBe(alg);
    expect(key.key.extractable).toBe(false);
    expect(key.publicJwk).toMatchObject({ alg, use: "sig", kid: key.kid });
    for (const name of ["d", "p", "q", "dp", "dq", "qi", "k"]) {
      expect(key.publicJwk).not.toHaveProperty(name);
    }
    const signed = await new CompactSign(new TextEncoder().encode("hello"))
      .setProtectedHeader({ alg })
      .sign(key.key);
    const published = await importJWK({ kty: "", ...key.publicJwk });
    const { payload } = await compactVerify(signed, published);
    expect(new TextDecoder().decode(payload)).toBe("hello");
  });

  test("go by their RFC 7638 thumbprint (RFC 8037 appendix A.3)", async () => {
    expect((await signing(pem.ed25519))[0]?.kid).toBe(pem.ed25519Thumbprint);
  });

  test("or by the X-Key-ID of their block", async () => {
    const text = pem.ecP256.replace("KEY-----\n", "KEY-----\nX-Key-ID: key 1\n\n");
    expect((await signing(text))[0]?.kid).toBe("key 1");
  });

  test("are the same in PKCS#8 and in the older forms", async () => {
    const [one, other] = [await jwks(pem.rsa2048), await jwks(pem.pkcs1)];
    expect(one).toEqual(other);
    expect(await jwks(pem.ecP256)).toEqual(await jwks(pem.sec1WithoutPublicKey));
  });

  test("come in their order, certificates between them passed over", async () => {
    const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const { keys } = await jwks(pem.ecP384, certificate, pem.ed25519);
    expect(keys.map((key) => key.alg)).toEqual(["ES384", "EdDSA"]);
  });

  const bad: ReadonlyArray<[name: string, text: string, says: RegExp]> = [
    ["no PEM", "hunter2", /no PRIVATE KEY block.*openssl genpkey/],
    ["a public key", pem.publicKey, /key 1 is a PUBLIC KEY; a PRIVATE KEY is needed/],
    ["RSA under 2048 bits", pem.rsa1024, /key 1 has 1024 bits; RSA needs at least 2048/],
    ["an encrypted key", pem.encrypted, /key 1 is encrypted.*openssl pkcs8 -topk8 -nocrypt/],
    ["an encrypted SEC1 key", pem.encryptedSec1, /key 1 is encrypted/],
    ["a key for key agreement", pem.x25519, /key 1 is of a kind that cannot sign here/],
    ["the same key twice", pem.ecP256 + pem.ecP256, /two keys have the kid/],
    [
      "the second key cut short",
      pem.ecP384 + pem.ecP256.replace(/.{40}\n-----END/, "\n-----END"),
      /key 2 is/,
    ],
    ["no base64", pem.ecP256.replace("MIGH", "!!!!"), /key 1 is not base64/],
  ];
  test.each(bad)("%s: said without the key", async (_, text, says) => {
    const failed = signing(text);
    await expect(failed).rejects.toThrow(says);
    await expect(failed).rejects.toThrow('The secret source "keys" (secret SIGNING_KEY_PEM)');
    const message = await failed.catch((error: Error) => error.message);
    for (const line of text
      .split("\n")
      .filter((line) => !line.startsWith("-----") && line !== "")) {
      expect(message).not.toContain(line.slice(0, 20));
    }
  });
});

// RFC 7517 appendix A.3, its second key; A.2, the first.
const oct = {
  kty: "oct",
  kid: "HMAC key",
  k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};
const ecJwk = {
  kty: "EC",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
  d: "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
  use: "enc",
  kid: "1",
};
const { use: _use, ...signingJwk } = ecJwk;
const set = (...keys: unknown[]) => JSON.stringify({ keys });

describe("keys from a JWK set", () => {
  test("oct keys, with all of their bytes", async () => {
    const keys = await secretsOf("jwks", set(oct, signingJwk)).symmetricKeys("keys");
    expect(keys.map(({ kid, bytes }) => [kid, bytes.length])).toEqual([["HMAC key", 64]]);
    expect([...(keys[0]?.bytes.slice(0, 4) ?? [])]).toEqual([3, 35, 53, 75]);
  });

  test("private keys, beside oct keys", async () => {
    const keys = await signing(
      set(oct, signingJwk, { ...signingJwk, kid: "2", alg: "ES256" }),
      "jwks",
    );
    expect(keys.map(({ kid, alg }) => [kid, alg])).toEqual([
      ["1", "ES256"],
      ["2", "ES256"],
    ]);
  });

  const bad: ReadonlyArray<[name: string, text: string, says: RegExp]> = [
    ["no JSON", "hunter2", /it is not JSON\.$/],
    ["no set", JSON.stringify(oct), /not a JWK set.*\{"keys": \[\.\.\.\]\}/],
    ["no key", set(), /holds no key that can sign/],
    ["only oct keys", set(oct), /holds no key that can sign/],
    ["a public key", set({ ...signingJwk, d: undefined }), /key 1 \(1\) has no private part/],
    ["a key for encryption", set(ecJwk), /key 1 \(1\) is not for signatures/],
    [
      "another alg",
      set({ ...signingJwk, alg: "ES384" }),
      /cannot be used with its alg: write ES256/,
    ],
    ["another curve", set({ ...signingJwk, crv: "secp256k1" }), /of a kind that cannot sign here/],
    ["a point that is on no curve", set({ ...signingJwk, y: signingJwk.x }), /is no valid EC key/],
    ["one kid for two", set(signingJwk, { ...oct, kid: "1" }), /two keys have the kid "1"/],
    ["no object", set("x"), /key 1 is not a JSON object/],
  ];
  test.each(bad)("%s", async (_, text, says) => {
    await expect(signing(text, "jwks")).rejects.toThrow(says);
  });

  const badOct: ReadonlyArray<[name: string, text: string, says: RegExp]> = [
    ["31 bytes", set({ ...oct, k: "A".repeat(42) }), /has 31 bytes; at least 32 are needed/],
    ["no kid", set({ ...oct, kid: undefined }), /key 1 has no kid/],
    ["no k", set({ ...oct, k: 1 }), /has no k/],
    ["only others", set(signingJwk), /no key with the kty "oct"/],
  ];
  test.each(badOct)("a master key with %s", async (_, text, says) => {
    await expect(secretsOf("jwks", text).symmetricKeys("keys")).rejects.toThrow(says);
  });

  test("a master key is no PEM", async () => {
    await expect(secretsOf("pem", pem.ecP256).symmetricKeys("keys")).rejects.toThrow(
      /type jwks, not pem/,
    );
  });
});

describe("texts", () => {
  const inline = createSecrets(
    { keys: { kind: "inline", from: { values: { user: "u", password: "p" } } } },
    () => undefined,
  );
  test("by name", async () => {
    expect(await inline.text({ source: "keys", selector: "password" })).toBe("p");
  });
  test("a name is needed where there are several, and must be one of them", async () => {
    await expect(inline.text({ source: "keys" })).rejects.toThrow(/one of "user", "password"/);
    await expect(inline.text({ source: "keys", selector: "toString" })).rejects.toThrow(
      /holds no "toString"/,
    );
  });
  test("from a binding: one text, or an object of texts", async () => {
    expect(await secretsOf("inline", "hunter2").text({ source: "keys" })).toBe("hunter2");
    const both = secretsOf("inline", '{"a":"1","b":"2"}');
    expect(await both.text({ source: "keys", selector: "b" })).toBe("2");
    await expect(secretsOf("inline", '{"a": hunter2}').text({ source: "keys" })).rejects.toThrow(
      'The secret source "keys" (secret SIGNING_KEY_PEM): it begins like a JSON object and is none; a text must not begin with {.',
    );
  });
});
