import { beforeAll, describe, expect, test } from "vitest";
import {
  accessToken,
  authenticator,
  base64url,
  claimsOf,
  code,
  json,
  type SigningPair,
  signingPair,
  tokenEdge,
} from "./issuer-double.ts";

let key: SigningPair;
beforeAll(async () => {
  key = await signingPair("ES256", "one");
});

function verify(token: string, keys: readonly unknown[]) {
  // A set without one key that is good would be the issuer's failure.
  const set = { keys: [...keys, { ...key.jwk, kid: "good" }] };
  return code(tokenEdge(() => json(set)).tokens.verify(token, authenticator));
}

function signingInput(alg: string): string {
  const header = { typ: "at+jwt", alg, kid: "one" };
  return `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claimsOf({})))}`;
}

/** Made for this test; runtimes still sign and verify with it. */
const rsa1024 = {
  kty: "RSA",
  n: "rI3FiLfA2_TMmt12yv92gjTAeFD_1zWOj6wxB6QrVZzdFlIldC0wj_mO9f75lMO5d77ljjYqUDEidoLCn1osDsXw65etiyuE-HMRj_Ax5SiF8U9JmqBjl4CMmJl-FKoDzKb0RHIK2sTnj0rldbQXDak0j344_RIx-_BHu-IV-rU",
  e: "AQAB",
  d: "VBkgrhqIt2sfEVdgn11Un-8f40Pu_S-QFLvihYvgxvAV3Nwafv3LTlBd-czUTUn7Kb5zWRVTGBRqbIIcYtfq4ldhrTR_7nMwNDUCK70kibjQ_PcoqT9DkwF_5ilsCfgGv1N384OZhbECcDSbakt5e0bl-LiVA21uf9b5unL2Gh0",
  p: "2SeK8zLXHp7C0rjrxWa9ZySdYRCFvRPvBd6E-Y8ponSmIjhdpEHOl5XdRxjF00T-ZzMNT48Ye1fetGhlFGY7fw",
  q: "y2vEql5702VgdKN-SWyAeeQEwFt-aT1RcjeWwowoKF-7coWuhxYyCucStGqODHiHTNT1GgszRErZDm6dqBWzyw",
  dp: "iKx6p9a3zm3d8QKyYevoCaLh6tWbVwXUyrzitK-GZNlGNwOC7H7-qCmKu9S7rd0ewZVAK3LE1dzYLnQGKnCtwQ",
  dq: "L4Yi8SaXyUCC810K8P5vWYrC7Wmys8WGlKeWCieSbjRHZ68Boj-2O0PW492NCC7UdUe_Z3E8bfUKlsuS-6TuVw",
  qi: "kjGAlhDXkV6DuORyrorsYP1gyAj6sMw1vpYCoLlkI88baN5byIayiMoSsRvAk3BD2vv4YLvE3OeXn9yMZzOz8Q",
};

describe("keys in the set that are no good", () => {
  test("RSA with exponent 1, under which anybody signs", async () => {
    const { jwk } = await signingPair("RS256", "one");
    const input = signingInput("RS256");
    const digest = new Uint8Array(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode(input)),
    );
    // RFC 8017 section 9.2: what a verifier expects to find after raising to e, given as it is.
    const digestInfo = "3031300d060960864801650304020105000420";
    const prefix = (digestInfo.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    const block = [
      0,
      1,
      ...Array<number>(256 - 3 - prefix.length - 32).fill(255),
      0,
      ...prefix,
      ...digest,
    ];
    const forged = `${input}.${base64url(String.fromCharCode(...block))}`;
    expect(await verify(forged, [{ ...jwk, e: "AQ" }])).toBe("token.key");
    expect(await verify(forged, [jwk])).toBe("token.signature");
  });

  test("RSA of 1024 bits, with a good signature", async () => {
    const rs256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const privateKey = await crypto.subtle.importKey("jwk", rsa1024, rs256, false, ["sign"]);
    const publicJwk = { kty: "RSA", n: rsa1024.n, e: rsa1024.e };
    const publicKey = await crypto.subtle.importKey("jwk", publicJwk, rs256, false, ["verify"]);
    const input = signingInput("RS256");
    const bytes = new TextEncoder().encode(input);
    const signature = await crypto.subtle.sign(rs256, privateKey, bytes);
    expect(await crypto.subtle.verify(rs256, publicKey, signature, bytes)).toBe(true);
    const token = `${input}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
    expect(await verify(token, [{ ...publicJwk, kid: "one" }])).toBe("token.key");
  });

  const rows: ReadonlyArray<readonly [string, () => Record<string, unknown>]> = [
    ["for encryption", () => ({ use: "enc" })],
    ["for another algorithm", () => ({ alg: "ES384" })],
    ["for an algorithm that is not there", () => ({ alg: "ES256K" })],
    ["for signing only", () => ({ key_ops: ["sign"] })],
    ["with key_ops that cannot be read", () => ({ key_ops: "verify" })],
    ["with its private half", () => ({ d: key.jwk.x })],
    ["on another curve", () => ({ crv: "P-384" })],
    ["with a point off the curve", () => ({ y: key.jwk.x })],
    ["of another kind", () => ({ kty: "OKP" })],
    ["under a kid that is no string", () => ({ kid: 1 })],
    ["without a kid, for a token that names one", () => ({ kid: undefined })],
  ];
  test.each(rows)("%s", async (_, spoil) => {
    const token = await accessToken(key);
    expect(await verify(token, [{ ...key.jwk, key_ops: ["verify"] }])).toBe("accepted");
    expect(await verify(token, [{ ...key.jwk, ...spoil() }])).toBe("token.key");
  });

  test("they take no other key down", async () => {
    const odd = [
      null,
      1,
      "x",
      [],
      {},
      { kty: "oct", k: "AAAA" },
      { ...key.jwk, y: 1 },
      { kty: "AKP" },
    ];
    expect(await verify(await accessToken(key), [...odd, key.jwk])).toBe("accepted");
  });
});
