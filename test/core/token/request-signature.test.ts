import { describe, expect, test } from "vitest";
import type { RequestSignature } from "../../../src/configuration.ts";
import { Fault } from "../../../src/decision.ts";
import { requestSignatures } from "../../../src/mechanisms/request-signatures.ts";
import { signatureBase } from "../../../src/message-signature/sign.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { askEndpoint } from "../../../src/token/ask-endpoint.ts";
import { FetchError } from "../../../src/token/fetch-json.ts";
import { handClock, json, network, signingPair, start } from "./issuer-double.ts";

/** RFC 9421 appendix B.1.4. */
const vectorKey = {
  kty: "OKP",
  crv: "Ed25519",
  kid: "test-key-ed25519",
  d: "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU",
  x: "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs",
};

test("the signature base of RFC 9421 appendix B.2.6, and its signature", async () => {
  const components = ["date", "@method", "@path", "@authority", "content-type", "content-length"];
  const parameters = `(${components.map((name) => `"${name}"`).join(" ")});created=1618884473;keyid="test-key-ed25519"`;
  const base = signatureBase(components, parameters, {
    url: new URL("https://example.com/foo?param=Value&Pet=dog"),
    method: "POST",
    headers: new Headers({
      Date: "Tue, 20 Apr 2021 02:07:55 GMT",
      "Content-Type": "application/json",
      "Content-Length": "18",
    }),
  });
  expect(base).toBe(`"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`);
  const { kid: _, ...material } = vectorKey;
  const key = await crypto.subtle.importKey("jwk", material, "Ed25519", false, ["sign"]);
  const bytes = new TextEncoder().encode(base);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, bytes));
  expect(btoa(String.fromCharCode(...signature))).toBe(
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
  );
});

test("each derived component", () => {
  const request = {
    url: new URL("https://Example.com:443/a%20b?x=1"),
    method: "GET",
    headers: new Headers(),
  };
  const of = (name: string, url = request.url) =>
    signatureBase([name], "", { ...request, url }).split("\n")[0];
  expect(of("@target-uri")).toBe('"@target-uri": https://example.com/a%20b?x=1');
  expect(of("@authority")).toBe('"@authority": example.com');
  expect(of("@scheme")).toBe('"@scheme": https');
  expect(of("@request-target")).toBe('"@request-target": /a%20b?x=1');
  expect(of("@query")).toBe('"@query": ?x=1');
  expect(of("@query", new URL("https://example.com/"))).toBe('"@query": ?');
  expect(() => of("x-missing")).toThrow(FetchError);
});

async function asked(alg: string, changed: Partial<RequestSignature> = {}) {
  const { jwk, privateKey } = await signingPair(alg, 'the "key"');
  const secret = { ...(await crypto.subtle.exportKey("jwk", privateKey)), ...jwk };
  const sources = { ours: { kind: "jwks", from: { binding: "OURS" } } } as const;
  const secrets = createSecrets(sources, () => JSON.stringify({ keys: [secret] }));
  const net = network(() => json({}));
  const runtime = { now: handClock().now };
  const sign = requestSignatures({ runtime, secrets });
  const auth: RequestSignature = {
    type: "http_message_signatures",
    key: { source: "ours" },
    components: ["@method", "@target-uri", "content-digest", "x-tenant"],
    label: "sig",
    tag: "edge",
    ttl: 60,
    ...changed,
  };
  const endpoint = { url: "https://pdp.example/check", headers: {}, timeout: 5, auth };
  await askEndpoint(net.fetch, { ...secrets, sign }, endpoint, {
    method: "POST",
    headers: { "X-Tenant": "one" },
    body: '{"a": 1}',
  });
  return { jwk, headers: new Headers(net.asked[0]?.init.headers) };
}

describe("a request to an endpoint", () => {
  test.each([
    ["ES256", "ecdsa-p256-sha256", { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }],
    ["ES384", "ecdsa-p384-sha384", { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" }],
    ["EdDSA", "ed25519", { name: "Ed25519" }],
    ["PS512", "rsa-pss-sha512", { name: "RSA-PSS", hash: "SHA-512", saltLength: 64 }],
    ["RS256", "rsa-v1_5-sha256", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }],
  ])("is signed by a key for %s, as its receiver verifies it", async (alg, name, algorithm) => {
    const { jwk, headers } = await asked(alg);
    const input = headers.get("Signature-Input") ?? "";
    expect(input).toBe(
      `sig=("@method" "@target-uri" "content-digest" "x-tenant");created=${start};expires=${start + 60};keyid="the \\"key\\"";alg="${name}";tag="edge"`,
    );
    expect(headers.get("Content-Digest")).toMatch(/^sha-256=:.{44}:, sha-512=:.{88}:$/);
    const base = `"@method": POST
"@target-uri": https://pdp.example/check
"content-digest": ${headers.get("Content-Digest")}
"x-tenant": one
"@signature-params": ${input.slice(4)}`;
    const [, encoded = ""] = /^sig=:(.*):$/.exec(headers.get("Signature") ?? "") ?? [];
    const { kty, crv, x, y, n, e } = jwk;
    const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value);
    const key = await crypto.subtle.importKey(
      "jwk",
      Object.fromEntries(members),
      algorithm,
      false,
      ["verify"],
    );
    const signature = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const bytes = new TextEncoder().encode(base);
    expect(await crypto.subtle.verify(algorithm, key, signature, bytes)).toBe(true);
  });

  test("nothing is sent where a header that is to be covered is not there, or no key is", async () => {
    await expect(asked("ES256", { components: ["x-missing"] })).rejects.toThrow(
      "the request has no header x-missing to sign",
    );
    await expect(asked("ES256", { key: { source: "ours", selector: "two" } })).rejects.toThrow(
      /holds no "two"/,
    );
  });

  test("nor where the code was left out", async () => {
    const secrets = createSecrets({}, () => {
      throw new Fault("not asked for");
    });
    const auth = { type: "http_message_signatures", key: { source: "x" }, components: [] } as const;
    const endpoint = { url: "https://a.example", headers: {}, timeout: 5 };
    await expect(
      askEndpoint(
        () => Promise.reject(new Error("sent")),
        secrets,
        { ...endpoint, auth: { ...auth, label: "sig", tag: "t", ttl: 60 } },
        { method: "GET" },
      ),
    ).rejects.toThrow("this build holds no http_message_signatures");
  });
});
