import { base64url, createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { createMint } from "../../../src/mint/internal-token.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { finalizer, mintOf, rule, start } from "./minting.ts";
import * as pem from "./pem-keys.ts";
import { templateData } from "./template-data.ts";

describe("an internal token", () => {
  test("is a JWT with our claims over the template's, signed by the selected key", async () => {
    const { mint } = mintOf();
    const token = await mint.token(finalizer, templateData(), { rule: "api" });
    expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", kid: "new", typ: "JWT" });
    const { keys } = await mint.publicKeys({ rules: [rule(finalizer)] });
    const published = createLocalJWKSet({ keys: keys.map((key) => ({ kty: "", ...key })) });
    const { payload } = await jwtVerify(token, published, { currentDate: new Date(start * 1000) });
    expect(payload).toEqual({
      method: "GET",
      service: "upstream",
      iss: "dpop-edge",
      sub: "alice",
      aud: "https://upstream.example",
      iat: start,
      nbf: start,
      exp: start + 60,
      jti: base64url.encode(new Uint8Array(16).fill(1)),
    });
  });

  test("without claims and audience has ours only", async () => {
    const { claims: _, audience: __, ...bare } = finalizer;
    const payload = decodeJwt(await mintOf().mint.token(bare, templateData(), { rule: "api" }));
    expect(Object.keys(payload).sort()).toEqual(["exp", "iat", "iss", "jti", "nbf", "sub"]);
  });

  test("of several audiences lists them", async () => {
    const several = { ...finalizer, audience: ["a", "b"] };
    expect(
      decodeJwt(await mintOf().mint.token(several, templateData(), { rule: "api" })).aud,
    ).toEqual(["a", "b"]);
  });

  test("cannot be told who it is about by a template that was compiled elsewhere", async () => {
    const text = '{"sub":"mallory","iss":"x","aud":"x","exp":9999999999,"nbf":0,"iat":0,"jti":"x"}';
    const forged = { ...finalizer, claims: [{ kind: "text", text } as const] };
    expect(
      decodeJwt(await mintOf().mint.token(forged, templateData(), { rule: "api" })),
    ).toMatchObject({
      sub: "alice",
      iss: "dpop-edge",
      aud: "https://upstream.example",
      exp: start + 60,
      nbf: start,
      iat: start,
      jti: base64url.encode(new Uint8Array(16).fill(1)),
    });
  });

  test("whose claims are no object is a fault", async () => {
    const broken = { ...finalizer, claims: [{ kind: "text", text: "[]" } as const] };
    await expect(
      mintOf().mint.token(broken, templateData(), { rule: "api" }),
    ).rejects.toMatchObject({
      name: "Fault",
    });
  });

  test("whose key is not selected among several, or is missing, is a fault", async () => {
    const { selector: _, ...signer } = finalizer.signer;
    await expect(
      mintOf().mint.token({ ...finalizer, signer }, templateData(), { rule: "api" }),
    ).rejects.toThrow(/"signing_keys" holds several: add a selector, one of "old", "new"/);
    await expect(
      mintOf("").mint.token(finalizer, templateData(), { rule: "api" }),
    ).rejects.toMatchObject({
      name: "Fault",
    });
  });
});

describe("public keys", () => {
  test("are all of each signing source's, once, public halves only", async () => {
    const { mint } = mintOf();
    const other = { ...finalizer, signer: { ...finalizer.signer, source: "others" } };
    const { keys } = await mint.publicKeys({
      rules: [rule({ type: "noop", id: "noop" }, finalizer), rule(finalizer)],
      defaultRule: {
        id: "default",
        encodedSlashes: "off",
        authenticators: [],
        authorizers: [],
        finalizers: [other],
        onError: [],
      },
    });
    expect(keys.map(({ alg, use }) => [alg, use])).toEqual([
      ["ES256", "sig"],
      ["EdDSA", "sig"],
      ["ES384", "sig"],
      ["PS256", "sig"],
    ]);
    expect(keys.slice(0, 2).map(({ kid }) => kid)).toEqual(["old", "new"]);
    for (const key of keys) {
      expect(["crv", "kty", "x", "y", "n", "e", "kid", "alg", "use"]).toEqual(
        expect.arrayContaining(Object.keys(key)),
      );
    }
  });

  test("of two sources with one kid for different keys are a fault", async () => {
    const secrets = createSecrets(
      {
        a: { kind: "pem", from: { binding: "A" } },
        b: { kind: "pem", from: { binding: "B" } },
      },
      (from) =>
        ("binding" in from && from.binding === "A" ? pem.ecP256 : pem.ecP384).replace(
          "KEY-----\n",
          "KEY-----\nX-Key-ID: one\n\n",
        ),
    );
    const mint = createMint({ now: () => 0, random: (bytes) => new Uint8Array(bytes) }, secrets);
    const by = (source: string) => rule({ ...finalizer, signer: { source, name: "n" } });
    await expect(mint.publicKeys({ rules: [by("a"), by("b")] })).rejects.toThrow(/the kid "one"/);
    expect((await mint.publicKeys({ rules: [by("a"), by("a")] })).keys).toHaveLength(1);
  });

  test("are none where nothing is signed, whatever the secrets hold", async () => {
    expect(
      await mintOf("").mint.publicKeys({ rules: [rule({ type: "noop", id: "noop" })] }),
    ).toEqual({ keys: [] });
  });
});
