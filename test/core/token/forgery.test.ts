import { CompactSign, exportSPKI } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { createAccessTokens } from "../../../src/token/access-token.ts";
import {
  accessToken,
  algorithms,
  authenticator,
  base64url,
  claimsOf,
  code,
  json,
  network,
  publishing,
  random,
  type SigningPair,
  secrets,
  signingPair,
  tokenEdge,
} from "./issuer-double.ts";

let key: SigningPair;
beforeAll(async () => {
  key = await signingPair("ES256", "one");
});

function verify(token: string, keys: readonly unknown[] = [key.jwk]) {
  const { tokens } = tokenEdge(() => json({ keys }));
  return code(tokens.verify(token, authenticator));
}

async function signed(header: string, payload: string): Promise<string> {
  const input = `${base64url(header)}.${base64url(payload)}`;
  const signature = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    key.privateKey,
    new TextEncoder().encode(input),
  );
  return `${input}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
}

describe.each(algorithms)("%s", (alg) => {
  let pair: SigningPair;
  let stranger: SigningPair;
  beforeAll(async () => {
    pair = await signingPair(alg, "one");
    stranger = await signingPair(alg, "one");
  });

  test("the issuer's signature passes, a stranger's does not", async () => {
    expect(await verify(await accessToken(pair), [pair.jwk])).toBe("accepted");
    expect(await verify(await accessToken(stranger), [pair.jwk])).toBe("token.signature");
  });

  test("a changed claim does not pass", async () => {
    const [header, , signature] = (await accessToken(pair)).split(".");
    const payload = base64url(JSON.stringify(claimsOf({ claims: { sub: "mallory" } })));
    expect(await verify(`${header}.${payload}.${signature}`, [pair.jwk])).toBe("token.signature");
  });
});

describe("published vectors", () => {
  // RFC 7515 appendix A.2 and A.3; both carry iss, exp and no typ.
  const payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const rows = [
    {
      alg: "RS256",
      jwk: {
        kty: "RSA",
        n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        e: "AQAB",
      },
      token: `eyJhbGciOiJSUzI1NiJ9.${payload}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
    },
    {
      alg: "ES256",
      jwk: {
        kty: "EC",
        crv: "P-256",
        x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
      },
      token: `eyJhbGciOiJFUzI1NiJ9.${payload}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
    },
  ];
  test.each(rows)("RFC 7515, $alg", async ({ jwk, token }) => {
    let now = 1_300_819_379_000;
    const runtime = { now: () => now, fetch: network(() => json({ keys: [jwk] })).fetch, random };
    const joe = { ...authenticator, issuers: ["joe"], audience: [], leeway: 0 };
    const tokens = createAccessTokens(runtime, secrets);
    expect(await tokens.verify(token, joe)).toMatchObject({
      claims: { "http://example.com/is_root": true },
    });
    now += 1000;
    expect(await code(tokens.verify(token, joe))).toBe("token.expired");
  });
});

describe("refuses", () => {
  const header = { typ: "at+jwt", alg: "ES256", kid: "one" };
  const text = (value: unknown) => JSON.stringify(value);
  const claims = () => text(claimsOf({}));
  const rows: ReadonlyArray<readonly [string, () => Promise<string>, string]> = [
    [
      "alg none",
      async () => `${base64url(text({ ...header, alg: "none" }))}.${base64url(claims())}.`,
      "token.alg",
    ],
    [
      "alg None",
      async () => `${base64url(text({ ...header, alg: "None" }))}.${base64url(claims())}.`,
      "token.alg",
    ],
    ["alg in another case", () => signed(text({ ...header, alg: "es256" }), claims()), "token.alg"],
    ["no alg", () => signed(text({ ...header, alg: undefined }), claims()), "token.alg"],
    ["alg in an array", () => signed(text({ ...header, alg: ["ES256"] }), claims()), "token.alg"],
    ["crit", () => signed(text({ ...header, crit: ["exp"] }), claims()), "token.malformed"],
    ["an empty crit", () => signed(text({ ...header, crit: [] }), claims()), "token.malformed"],
    ["b64", () => signed(text({ ...header, b64: true }), claims()), "token.malformed"],
    [
      "a duplicate claim",
      () => signed(text(header), claims().replace("{", `{"sub":"mallory",`)),
      "token.malformed",
    ],
    [
      "a duplicate claim in disguise",
      () => signed(text(header), claims().replace("{", `{"\\u0073ub":"mallory",`)),
      "token.malformed",
    ],
    [
      "a duplicate in cnf",
      () => signed(text(header), claims().replace('"jkt"', '"jkt":"x","jkt"')),
      "token.malformed",
    ],
    [
      "a duplicate header",
      () => signed(text(header).replace("{", `{"alg":"none",`), claims()),
      "token.malformed",
    ],
    [
      "an endless exp",
      () => signed(text(header), claims().replace(/"exp":\d+/, '"exp":1e999')),
      "token.malformed",
    ],
    ["claims in an array", () => signed(text(header), text([claimsOf({})])), "token.malformed"],
    ["a fourth part", async () => `${await accessToken(key)}.`, "token.malformed"],
    [
      "two parts",
      async () => (await accessToken(key)).split(".").slice(0, 2).join("."),
      "token.malformed",
    ],
    ["padding", async () => `${await accessToken(key)}=`, "token.malformed"],
    ["no JWT", async () => "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", "token.malformed"],
    ["no signature", async () => (await accessToken(key)).replace(/[^.]*$/, ""), "token.signature"],
    ["half a signature", async () => (await accessToken(key)).slice(0, -2), "token.signature"],
  ];
  test.each(rows)("%s", async (_, forge, expected) => {
    expect(await verify(await signed(text(header), claims()))).toBe("accepted");
    expect(await verify(await forge())).toBe(expected);
  });

  test("HS256 with the issuer's public key as the secret", async () => {
    const rsa = await signingPair("RS256", "one");
    const publicKey = await crypto.subtle.importKey(
      "jwk",
      rsa.jwk as JsonWebKey,
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      true,
      ["verify"],
    );
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(rsa.jwk), rsa.jwk.n ?? ""]) {
      const token = await new CompactSign(new TextEncoder().encode(claims()))
        .setProtectedHeader({ ...header, alg: "HS256" })
        .sign(new TextEncoder().encode(secret.padEnd(32)));
      expect(await verify(token, [rsa.jwk])).toBe("token.alg");
      const named = { ...authenticator, algorithms: ["HS256", "RS256"] };
      expect(await code(tokenEdge(publishing(rsa)).tokens.verify(token, named))).toBe("token.alg");
    }
  });

  test("a key of the token's own choice", async () => {
    const stranger = await signingPair("ES256", "one");
    const token = await accessToken(stranger, { header: { jwk: stranger.jwk, kid: undefined } });
    expect(await verify(token)).toBe("token.signature");
  });
});
