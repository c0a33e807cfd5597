import { expect, test } from "vitest";
import { createSecrets } from "../../src/secrets.ts";
import { type Made, madeCertificate } from "./x509/made-certificate.ts";

const times = { notBefore: 1_800_000_000, notAfter: 1_900_000_000 };

async function pair(name: string) {
  const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  if (!("privateKey" in made)) throw new Error("unreachable");
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", made.privateKey));
  const body = btoa(String.fromCharCode(...pkcs8));
  const pem = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
  const jwk = { ...(await crypto.subtle.exportKey("jwk", made.privateKey)), kid: name };
  return { name, ...made, pem, jwk };
}

const [root, middle, ours, other] = await Promise.all(
  ["root", "middle", "ours", "other"].map(pair),
);
if (!root || !middle || !ours || !other) throw new Error("unreachable");
const signed = (subject: typeof root, by: typeof root, authority: boolean) =>
  madeCertificate(subject, by, { ...times, authority });
const [top, between, own, foreign] = await Promise.all([
  signed(root, root, true),
  signed(middle, root, true),
  signed(ours, middle, false),
  signed(other, root, false),
]);

async function published(kind: "pem" | "jwks", text: string) {
  const secrets = createSecrets({ keys: { kind, from: { binding: "KEYS" } } }, () => text);
  return (await secrets.signingKeys("keys")).map(({ publicJwk }) => publicJwk.x5c);
}

const set = (x5c: unknown) => JSON.stringify({ keys: [{ ...ours.jwk, x5c }] });
const base64 = (...all: Made[]) => all.map((each) => each.base64);

test("a PEM key is published with its certificates, its own first, whatever their order", async () => {
  const pem = [top, foreign, own, between].map((each) => each.pem).join("");
  expect(await published("pem", pem + ours.pem)).toEqual([base64(own, between, top)]);
  expect(await published("pem", ours.pem + own.pem)).toEqual([base64(own)]);
});

test("one without certificates of its own without any", async () => {
  expect(await published("pem", ours.pem + foreign.pem)).toEqual([undefined]);
  expect(await published("pem", other.pem + ours.pem + foreign.pem + top.pem)).toEqual([
    base64(foreign, top),
    undefined,
  ]);
});

test("a JWK with the certificates that it has", async () => {
  expect(await published("jwks", set(base64(own, between)))).toEqual([base64(own, between)]);
  expect(await published("jwks", set(undefined))).toEqual([undefined]);
});

test.each([
  ["of another key", base64(foreign), "key 1 (ours) has a certificate of another key"],
  ["of nothing", [], "is not 1 to 8 certificates"],
  ["no list", "AAAA", "is not 1 to 8 certificates"],
  ["too many", Array(9).fill(own.base64), "is not 1 to 8 certificates"],
  ["no certificate", [own.base64, "AAAA"], "is not 1 to 8 certificates"],
  ["no base64", ["*"], "is not 1 to 8 certificates"],
])("an x5c %s is a fault of the secret", async (_, x5c, why) => {
  await expect(published("jwks", set(x5c))).rejects.toThrow(why);
});
