import { describe, expect, test } from "vitest";
import type { SecretSource } from "../../src/configuration.ts";
import { encryptedKeys } from "../../src/mechanisms/encrypted-keys.ts";
import { createSecrets } from "../../src/secrets.ts";
import * as pem from "./mint/encrypted-pem-keys.ts";
import * as others from "./mint/pem-keys.ts";

const sources: Readonly<Record<string, SecretSource>> = {
  keys: { kind: "pem", from: { binding: "KEYS" }, password: { source: "password" } },
  password: { kind: "inline", from: { binding: "PASSWORD" } },
};

function signing(text: string, password: string | undefined = pem.password) {
  const held: Readonly<Record<string, string>> = { KEYS: text, PASSWORD: password };
  const read = (from: object) => ("binding" in from ? held[String(from.binding)] : undefined);
  return createSecrets(sources, read, encryptedKeys).signingKeys("keys");
}

describe("encrypted keys from PEM", () => {
  test.each([
    ["AES-128, HMAC with SHA-1", pem.aes128WithSha1],
    ["AES-192, HMAC with SHA-384", pem.aes192WithSha384],
    ["AES-256, HMAC with SHA-512", pem.aes256WithSha512],
    ["AES-256, HMAC with SHA-256", pem.aes256WithSha256],
    ["not encrypted", pem.plain],
  ])("%s: the same key", async (_, text) => {
    const [key] = await signing(text);
    const [same] = await signing(pem.plain);
    expect(key?.publicJwk).toEqual(same?.publicJwk);
    expect(key?.alg).toBe("ES256");
    expect(key?.key.extractable).toBe(false);
  });

  test("RSA, and its X-Key-ID", async () => {
    const text = pem.rsa.replace("KEY-----\n", "KEY-----\nX-Key-ID: key 1\n\n");
    const [key] = await signing(text + others.ecP256);
    expect([key?.kid, key?.alg]).toEqual(["key 1", "PS256"]);
  });

  const cut = pem.aes256WithSha256.replace(/.{40}\n-----END/, "\n-----END");
  const bad: ReadonlyArray<[name: string, text: string, password: string, says: RegExp]> = [
    ["another password", pem.aes256WithSha256, "wr0ng", /key 1 cannot be decrypted: its password/],
    ["a password too many", pem.aes128WithSha1, `${pem.password} `, /key 1 cannot be decrypted/],
    ["no password", pem.aes128WithSha1, "", /source "password".*no such secret/],
    ["cut short", cut, pem.password, /key 1 is encrypted in a way/],
    [
      "triple DES",
      pem.des3WithSha256,
      pem.password,
      /key 1 is encrypted in a way.*-v2 aes-256-cbc/,
    ],
    ["PBES1", pem.pbes1, pem.password, /key 1 is encrypted in a way/],
    ["scrypt", pem.scrypt, pem.password, /key 1 is encrypted in a way/],
    ["the older form", others.encryptedSec1, pem.password, /key 1 is encrypted; decrypt it/],
  ];
  test.each(bad)("%s: said without the key and the password", async (_, text, password, says) => {
    const message = await signing(text, password).catch((error: Error) => error.message);
    expect(message).toMatch(says);
    expect(message).toContain('The secret source "keys" (secret KEYS)');
    if (password) expect(message).not.toContain(password);
    expect(message).not.toContain(text.split("\n")[1]?.slice(0, 20));
  });

  test("a wrong password never passes, whatever its padding", async () => {
    const failed = Array.from({ length: 600 }, (_, index) =>
      signing(pem.aes128WithSha1, `wrong ${index}`).catch((error: Error) => error.message),
    );
    for (const message of await Promise.all(failed)) {
      expect(message).toMatch(/key 1 cannot be decrypted/);
    }
  });

  test("a password that was put right heals them", async () => {
    let password = "wrong";
    const secrets = createSecrets(
      sources,
      (from) => ("binding" in from && from.binding === "KEYS" ? pem.aes256WithSha256 : password),
      encryptedKeys,
    );
    await expect(secrets.signingKeys("keys")).rejects.toThrow(/cannot be decrypted/);
    password = pem.password;
    expect(await secrets.signingKeys("keys")).toHaveLength(1);
  });
});
