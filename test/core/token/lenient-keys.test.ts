import { describe, expect, test } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { decodeBase64url } from "../../../src/jws/base64url.ts";
import { accessToken, authenticator, json, signingPair, tokenEdge } from "./issuer-double.ts";

const rsa = await signingPair("RS256", "one");
const ec = await signingPair("ES256", "one");
const ed = await signingPair("EdDSA", "one");

type Change = (text: string) => string;
const padded: Change = (text) => text + "=".repeat((4 - (text.length % 4)) % 4);
const plain: Change = (text) => padded(text).replaceAll("-", "+").replaceAll("_", "/");
const bytes = (text: string) => [...(decodeBase64url(text) ?? [])];
const plainOf = (values: readonly number[]) => btoa(String.fromCharCode(...values));
const zeroFirst: Change = (text) => plainOf([0, ...bytes(text)]);
const zerosLess: Change = (text) => plainOf(bytes(text).slice(bytes(text).findIndex((b) => b > 0)));

async function verify(pair: typeof rsa, jwk: Record<string, unknown>): Promise<unknown> {
  const other = { ...ec.jwk, kid: "other" };
  const { tokens } = tokenEdge(() => json({ keys: [jwk, other, "odd"] }));
  const algorithms = ["RS256", "ES256", "EdDSA"];
  return await tokens.verify(await accessToken(pair), { ...authenticator, algorithms }).then(
    () => "accepted",
    (error: unknown) => (error instanceof Refused ? [error.code, error.detail] : error),
  );
}

function changed(jwk: Readonly<Record<string, unknown>>, names: readonly string[], change: Change) {
  const members = names.map((name) => [name, change(String(jwk[name]))] as const);
  return { ...jwk, ...Object.fromEntries(members) };
}

describe("an issuer's key is read by its number", () => {
  test.each([
    ["padded", padded],
    ["in plain base64", plain],
    ["with a leading zero byte", zeroFirst],
    ["in two lines", (text: string) => `${text.slice(0, 8)}\n${text.slice(8)}`],
  ])("%s", async (_, change) => {
    expect(await verify(rsa, changed(rsa.jwk, ["n", "e"], change))).toBe("accepted");
    expect(await verify(ec, changed(ec.jwk, ["x", "y"], change))).toBe("accepted");
    if (change !== zeroFirst)
      expect(await verify(ed, changed(ed.jwk, ["x"], change))).toBe("accepted");
  });

  test("a coordinate without its leading zeros", async () => {
    for (let tries = 0; tries < 2000; tries++) {
      const pair = await signingPair("ES256", "one");
      if (!["x", "y"].some((name) => bytes(String(Reflect.get(pair.jwk, name)))[0] === 0)) continue;
      expect(await verify(pair, changed(pair.jwk, ["x", "y"], zerosLess))).toBe("accepted");
      return;
    }
  });
});

describe("the event says which key was left out, and why", () => {
  test.each([
    ["another kid", { ...rsa.jwk, kid: "two" }, '"two": another kid'],
    ["an exponent of 3", { ...rsa.jwk, e: "Aw" }, '"one": its n is not of 2048'],
    ["a short modulus", changed(rsa.jwk, ["n"], (n) => n.slice(0, 200)), '"one": its n is not'],
    [
      "zeros that make it long",
      changed(rsa.jwk, ["n"], () => plainOf([...Array(256).fill(0), 5])),
      '"one": its n is not',
    ],
    ["for encryption", { ...rsa.jwk, use: "enc" }, '"one": its use is not sig'],
    ["for another alg", { ...rsa.jwk, alg: "PS256" }, '"one": its alg is not RS256'],
    ["no base64", { ...rsa.jwk, n: "***" }, '"one": its n is not'],
    ["private", { ...rsa.jwk, d: "AQAB" }, '"one": it holds private members'],
    ["of another kty", { ...ec.jwk, kid: "one" }, '"one": its kty is not RSA'],
    ["for signing only", { ...rsa.jwk, key_ops: ["sign"] }, '"one": its key_ops lack verify'],
  ])("%s", async (_, jwk, why) => {
    const detail = {
      expected: 'a key for RS256 with the kid "one"',
      found: expect.stringContaining(why),
    };
    expect(await verify(rsa, jwk)).toEqual(["token.key", detail]);
    expect(await verify(rsa, jwk)).toMatchObject([
      "token.key",
      { found: expect.stringMatching(/^3 keys; .*"other": another kid; key 3: another kid$/) },
    ]);
  });
});
