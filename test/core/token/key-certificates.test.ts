import { describe, expect, test } from "vitest";
import type { JwtAuthenticator } from "../../../src/configuration.ts";
import { Fault, Refused } from "../../../src/decision.ts";
import { keyCertificates } from "../../../src/mechanisms/key-certificates.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { createAccessTokens } from "../../../src/token/access-token.ts";
import { madeCertificate } from "../x509/made-certificate.ts";
import {
  accessToken,
  authenticator,
  handClock,
  json,
  keySource,
  network,
  random,
  type SigningPair,
  signingPair,
  start,
} from "./issuer-double.ts";

const hour = 3600;
const times = { notBefore: start - hour, notAfter: start + 24 * hour };

async function authority(name: string) {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  if (!("privateKey" in pair)) throw new Error("unreachable");
  const named = { name, ...pair };
  const { pem, base64 } = await madeCertificate(named, named, { ...times, authority: true });
  return { ...named, pem, base64 };
}

const root = await authority("root");
const stranger = await authority("stranger");
const key = await signingPair("ES256", "one");
const other = await signingPair("ES256", "one");

async function certified(pair: SigningPair, by = root, valid = times): Promise<string> {
  const publicKey = await crypto.subtle.importKey(
    "jwk",
    { ...pair.jwk },
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["verify"],
  );
  const made = await madeCertificate({ name: "issuer", publicKey }, by, {
    ...valid,
    authority: false,
  });
  return made.base64;
}

const trusting: JwtAuthenticator = {
  ...authenticator,
  keys: { ...keySource, trustAnchors: "idp_ca" },
};

function edge(keys: readonly unknown[], anchors: string | undefined = root.pem) {
  const clock = handClock();
  const net = network(() => json({ keys }));
  const sources = { idp_ca: { kind: "pem", from: { binding: "IDP_CA" } } } as const;
  const held = createSecrets(sources, () => anchors);
  const runtime = { now: clock.now, fetch: net.fetch, random };
  const certificates = keyCertificates({ runtime, secrets: held });
  return { clock, net, tokens: createAccessTokens(runtime, held, certificates) };
}

/** What came of it: "accepted", or the code and what the operator is told. */
async function said(verified: Promise<unknown>): Promise<string> {
  return verified.then(
    () => "accepted",
    (error: unknown) => {
      if (error instanceof Refused) return `${error.code}: ${error.detail?.found}`;
      if (error instanceof Fault) return `fault: ${error.message}`;
      throw error;
    },
  );
}

describe("with trust anchors", () => {
  const x5c = async (...certificates: unknown[]) => [{ ...key.jwk, x5c: certificates }];
  test.each<[string, () => Promise<readonly unknown[]>, string]>([
    ["a key that an anchor vouches for", async () => x5c(await certified(key)), "accepted"],
    ["the anchor beside it", async () => x5c(await certified(key), root.base64), "accepted"],
    ["a key without certificates", async () => [key.jwk], "token.key: it has no certificate (x5c)"],
    ["an empty list", () => x5c(), "token.key: its x5c is no list of 1 to 8 certificates"],
    [
      "nine certificates",
      async () => x5c(...Array(9).fill(await certified(key))),
      "token.key: its x5c is no list of 1 to 8 certificates",
    ],
    ["no text", () => x5c(1), "token.key: certificate 1: it is not base64"],
    [
      "base64url",
      async () => x5c((await certified(key)).replace(/[+/]|$/, "-")),
      "token.key: certificate 1: it is not base64",
    ],
    [
      "other bytes",
      () => x5c("AAAA"),
      "token.key: certificate 1: it is not DER of an X.509 certificate",
    ],
    [
      "a stranger's signature",
      async () => x5c(await certified(key, stranger)),
      "token.key: 1 certificates that lead to no trust anchor that is valid now",
    ],
    [
      "the certificate of another key",
      async () => x5c(await certified(other)),
      "token.key: certificate 1: it holds another key than the JWK",
    ],
    [
      "a certificate that is over",
      async () => x5c(await certified(key, root, { ...times, notAfter: start - 1 })),
      "token.key: certificate 1: no longer valid",
    ],
  ])("%s", async (_, keys, outcome) => {
    const { tokens } = edge(await keys());
    expect(await said(tokens.verify(await accessToken(key), trusting))).toBe(outcome);
  });

  test("certificates are judged after the signature: a stranger's token causes none of it", async () => {
    const { tokens } = edge([key.jwk], "no PEM");
    const forged = await accessToken({ ...other, kid: "one" });
    expect(await said(tokens.verify(forged, trusting))).toBe("token.signature: undefined");
  });

  test("a remembered token goes when the certificate ends, and comes back with a new one", async () => {
    const short = { ...times, notAfter: start + 60 };
    const published = [{ ...key.jwk, x5c: [await certified(key, root, short)] }];
    const { clock, net, tokens } = edge(published);
    const token = await accessToken(key);
    expect(await said(tokens.verify(token, trusting))).toBe("accepted");
    expect(await said(tokens.verify(token, authenticator))).toBe("accepted");
    clock.turn(61);
    expect(await said(tokens.verify(token, trusting))).toBe(
      "token.key: certificate 1: no longer valid",
    );
    expect(await said(tokens.verify(token, authenticator))).toBe("accepted");
    const renewed = { ...key.jwk, x5c: [await certified(key)] };
    net.answer = () => json({ keys: [renewed] });
    clock.turn(31);
    expect(await said(tokens.verify(token, trusting))).toBe("accepted");
  });

  test.each([
    ["not there", undefined, "there is no such secret, or it is empty"],
    ["no PEM", "{}", "it holds no CERTIFICATE block"],
    [
      "a key",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
      "trust anchors are certificates and nothing else",
    ],
    [
      "damaged",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
      "certificate 1 is not DER",
    ],
  ])("a source that is %s is an outage, not a pass", async (_, text, why) => {
    const { tokens } = edge([{ ...key.jwk, x5c: [await certified(key)] }], text ?? " ");
    const outcome = await said(tokens.verify(await accessToken(key), trusting));
    expect(outcome).toMatch(/^fault: The secret source "idp_ca"/);
    expect(outcome).toContain(why);
  });
});

test("without trust anchors certificates are not looked at", async () => {
  const { tokens } = edge([{ ...key.jwk, x5c: ["AAAA"] }], "no PEM");
  expect(await said(tokens.verify(await accessToken(key), authenticator))).toBe("accepted");
});
