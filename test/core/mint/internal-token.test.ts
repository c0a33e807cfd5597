import { base64url, createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import type { Configuration, JwtFinalizer, Rule } from "../../../src/configuration.ts";
import { createMint } from "../../../src/mint/internal-token.ts";
import { parseClaims, parseTemplate } from "../../../src/mint/template.ts";
import { createSecrets } from "../../../src/secrets.ts";
import * as pem from "./pem-keys.ts";
import { templateData } from "./template-data.ts";

const start = 1_800_000_000;
const oldAndNew =
  pem.ecP256.replace("KEY-----\n", "KEY-----\nX-Key-ID: old\n\n") +
  pem.ed25519.replace("KEY-----\n", "KEY-----\nX-Key-ID: new\n\n");

const finalizer: JwtFinalizer = {
  type: "jwt",
  id: "internal_token",
  signer: { source: "signing_keys", selector: "new", name: "dpop-edge" },
  ttl: 60,
  claims: parseClaims(
    '{"method": {{ quote .Request.Method }}, "service": {{ quote .Values.service }}}',
  ),
  values: { service: parseTemplate("up{{ if true }}stream{{ end }}") },
  header: { name: "Authorization", scheme: "Bearer" },
  audience: ["https://upstream.example"],
};

/** Random bytes that count up, so that every token has another jti. */
function mintOf(text = oldAndNew) {
  const clock = { seconds: start };
  let drawn = 0;
  const secrets = createSecrets(
    {
      signing_keys: { kind: "pem", from: { binding: "SIGNING_KEY_PEM" } },
      others: { kind: "pem", from: { binding: "OTHERS" } },
    },
    (from) => ("binding" in from && from.binding === "OTHERS" ? pem.ecP384 + pem.rsa2048 : text),
  );
  const mint = createMint(
    {
      now: () => clock.seconds * 1000,
      random: (bytes) => {
        drawn += 1;
        return new Uint8Array(bytes).fill(drawn);
      },
    },
    secrets,
  );
  return { mint, clock, drawn: () => drawn };
}

function rule(...finalizers: Rule["finalizers"]): Configuration["rules"][number] {
  const match = { routes: [], hosts: [], methods: [], excludedMethods: [] };
  return {
    id: "r",
    match,
    encodedSlashes: "off",
    authenticators: [],
    authorizers: [],
    finalizers,
    onError: [],
  };
}

describe("an internal token", () => {
  test("is a JWT with our claims over the template's, signed by the selected key", async () => {
    const { mint } = mintOf();
    const token = await mint.token(finalizer, templateData(), "api");
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
    const payload = decodeJwt(await mintOf().mint.token(bare, templateData(), "api"));
    expect(Object.keys(payload).sort()).toEqual(["exp", "iat", "iss", "jti", "nbf", "sub"]);
  });

  test("of several audiences lists them", async () => {
    const several = { ...finalizer, audience: ["a", "b"] };
    expect(decodeJwt(await mintOf().mint.token(several, templateData(), "api")).aud).toEqual([
      "a",
      "b",
    ]);
  });

  test("cannot be told who it is about by a template that was compiled elsewhere", async () => {
    const text = '{"sub":"mallory","iss":"x","aud":"x","exp":9999999999,"nbf":0,"iat":0,"jti":"x"}';
    const forged = { ...finalizer, claims: [{ kind: "text", text } as const] };
    expect(decodeJwt(await mintOf().mint.token(forged, templateData(), "api"))).toMatchObject({
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
    await expect(mintOf().mint.token(broken, templateData(), "api")).rejects.toMatchObject({
      name: "Fault",
    });
  });

  test("whose key is not selected among several, or is missing, is a fault", async () => {
    const { selector: _, ...signer } = finalizer.signer;
    await expect(
      mintOf().mint.token({ ...finalizer, signer }, templateData(), "api"),
    ).rejects.toThrow(/"signing_keys" holds several: add a selector, one of "old", "new"/);
    await expect(mintOf("").mint.token(finalizer, templateData(), "api")).rejects.toMatchObject({
      name: "Fault",
    });
  });
});

describe("a token is given again", () => {
  const data = templateData();
  const again: ReadonlyArray<[name: string, later: number, same: boolean]> = [
    ["at once", 0, true],
    ["until 5 s before its end", 54, true],
    ["not in its last 5 s", 55, false],
    ["not after its end", 61, false],
    ["not when the clock fell back before its iat", -1, false],
  ];
  test.each(again)("%s", async (_, later, same) => {
    const { mint, clock, drawn } = mintOf();
    const first = await mint.token(finalizer, data, "api");
    clock.seconds += later;
    const second = await mint.token(finalizer, data, "api");
    expect(second === first).toBe(same);
    expect(drawn()).toBe(same ? 1 : 2);
  });

  const others: ReadonlyArray<
    [name: string, finalizer: JwtFinalizer, data: typeof data, rule: string]
  > = [
    ["another subject", finalizer, { ...data, subject: { ...data.subject, id: "bob" } }, "api"],
    ["another rule", finalizer, data, "other"],
    ["other claims", finalizer, templateData({ method: "POST" }), "api"],
    ["another finalizer", { ...finalizer, audience: ["https://other.example"] }, data, "api"],
    [
      "a rule and subject that read alike together",
      finalizer,
      { ...data, subject: { ...data.subject, id: "ialice" } },
      "ap",
    ],
  ];
  test.each(others)("not for %s", async (_, other, otherData, ruleId) => {
    const { mint } = mintOf();
    const first = await mint.token(finalizer, data, "api");
    expect(await mint.token(other, otherData, ruleId)).not.toBe(first);
    expect(await mint.token(finalizer, data, "api")).toBe(first);
  });

  test("never with a lifetime of 5 s or less", async () => {
    const { mint } = mintOf();
    const brief = { ...finalizer, ttl: 5 };
    expect(await mint.token(brief, data, "api")).not.toBe(await mint.token(brief, data, "api"));
  });

  test("never with claims of more than 4096 characters", async () => {
    const { mint } = mintOf();
    const longer = { ...finalizer, claims: parseClaims(`{"a": "${"x".repeat(4088)}"}`) };
    const longest = { ...finalizer, claims: parseClaims(`{"a": "${"x".repeat(4087)}"}`) };
    expect(await mint.token(longer, data, "api")).not.toBe(await mint.token(longer, data, "api"));
    expect(await mint.token(longest, data, "api")).toBe(await mint.token(longest, data, "api"));
  });

  test("only while it is among the thousand used last", async () => {
    const { mint } = mintOf();
    const token = (id: string) =>
      mint.token(finalizer, { ...data, subject: { ...data.subject, id } }, "api");
    const [first, second] = [await token("0"), await token("1")];
    for (let id = 2; id < 1000; id += 1) await token(String(id));
    expect(await token("0")).toBe(first);
    await token("1000");
    expect(await token("0")).toBe(first);
    expect(await token("1")).not.toBe(second);
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
