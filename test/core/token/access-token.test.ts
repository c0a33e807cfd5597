import { beforeAll, describe, expect, test } from "vitest";
import type { AccessToken } from "../../../src/token/access-token.ts";
import {
  accessToken,
  audience,
  authenticator,
  base64url,
  code,
  issuer,
  jkt,
  publishing,
  type SigningPair,
  signingPair,
  start,
  type TokenParts,
  tokenEdge,
} from "./issuer-double.ts";

let key: SigningPair;
beforeAll(async () => {
  key = await signingPair("ES256", "one");
});

function verify(token: string, changes: Partial<typeof authenticator> = {}): Promise<AccessToken> {
  return tokenEdge(publishing(key)).tokens.verify(token, { ...authenticator, ...changes });
}

test("a token of RFC 9068 section 2", async () => {
  const token = await accessToken(key);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  const verified = await verify(token);
  expect(verified).toMatchObject({
    jkt,
    ath: base64url(String.fromCharCode(...new Uint8Array(digest))),
    scopes: ["read", "write"],
    clientId: "agent",
    claims: { sub: "alice", aud: audience },
  });
});

describe("accepts", () => {
  const rows: ReadonlyArray<readonly [string, TokenParts]> = [
    ["typ with its prefix, in any case", { header: { typ: "Application/AT+jwt" } }],
    ["typ JWT", { header: { typ: "JWT" } }],
    ["no typ", { header: { typ: undefined } }],
    ["no kid", { header: { kid: undefined } }],
    [
      "several audiences, ours among them",
      { claims: { aud: ["https://other.example", audience] } },
    ],
    ["the last second of exp and leeway", { claims: { exp: start - 9 } }],
    ["nbf and iat within the leeway", { claims: { nbf: start + 10, iat: start + 10 } }],
    ["dates with a fraction", { claims: { exp: start + 0.5, iat: start - 0.5 } }],
    ["Cognito's access token", { header: { typ: undefined }, claims: { token_use: "access" } }],
    ["Keycloak's access token", { header: { typ: "JWT" }, claims: { typ: "DPoP" } }],
    ["no iat", { claims: { iat: undefined } }],
    ["cnf.jkt beside what others put there", { claims: { cnf: { jkt, "kc-jkt-type": "DPoP" } } }],
    ["no cnf", { claims: { cnf: undefined } }],
    [
      "headers that point at keys, without following them",
      {
        header: { jku: "https://evil.example/keys", x5u: "https://evil.example/x", x5c: ["AAAA"] },
      },
    ],
  ];
  test.each(rows)("%s", async (_, parts) => {
    expect(await code(verify(await accessToken(key, parts)))).toBe("accepted");
  });
});

describe("refuses", () => {
  const rows: ReadonlyArray<readonly [string, TokenParts, string]> = [
    ["a proof as token", { header: { typ: "dpop+jwt" } }, "token.type"],
    ["an id_token by type", { header: { typ: "id+jwt" } }, "token.type"],
    ["an ID token that says so in a claim", { claims: { token_use: "id" } }, "token.type"],
    ["Keycloak's ID token", { header: { typ: "JWT" }, claims: { typ: "ID" } }, "token.type"],
    ["a refresh token", { claims: { typ: "Refresh" } }, "token.type"],
    ["an empty typ", { header: { typ: "" } }, "token.type"],
    ["a typ that is no string", { header: { typ: ["at+jwt"] } }, "token.type"],
    ["a typ of another media type", { header: { typ: "application/text/at+jwt" } }, "token.type"],
    ["a forged kid", { header: { kid: "two" } }, "token.key"],
    ["a kid in another case", { header: { kid: "ONE" } }, "token.key"],
    ["a kid that is no string", { header: { kid: 1 } }, "token.malformed"],
    ["another issuer", { claims: { iss: "https://evil.example" } }, "token.issuer"],
    ["the issuer with a slash", { claims: { iss: `${issuer}/` } }, "token.issuer"],
    ["the issuer in another case", { claims: { iss: "https://IDP.example" } }, "token.issuer"],
    ["issuers in an array", { claims: { iss: [issuer] } }, "token.issuer"],
    ["no issuer", { claims: { iss: undefined } }, "token.issuer"],
    ["the first second after exp and leeway", { claims: { exp: start - 10 } }, "token.expired"],
    ["no exp", { claims: { exp: undefined } }, "token.malformed"],
    ["exp as text", { claims: { exp: `${start + 300}` } }, "token.malformed"],
    ["exp null", { claims: { exp: null } }, "token.malformed"],
    ["nbf beyond the leeway", { claims: { nbf: start + 11 } }, "token.early"],
    ["nbf as text", { claims: { nbf: "0" } }, "token.malformed"],
    ["iat beyond the leeway", { claims: { iat: start + 11 } }, "token.early"],
    ["iat as text", { claims: { iat: "now" } }, "token.malformed"],
    ["another audience", { claims: { aud: "https://other.example" } }, "token.audience"],
    [
      "an audience that starts alike",
      { claims: { aud: `${audience}.evil.example` } },
      "token.audience",
    ],
    ["no audience", { claims: { aud: undefined } }, "token.audience"],
    ["an empty list of audiences", { claims: { aud: [] } }, "token.audience"],
    ["an audience that is no string", { claims: { aud: [audience, 1] } }, "token.malformed"],
    ["cnf null", { claims: { cnf: null } }, "token.malformed"],
    ["cnf as text", { claims: { cnf: jkt } }, "token.malformed"],
    ["cnf as an array", { claims: { cnf: [{ jkt }] } }, "token.malformed"],
    ["an empty cnf", { claims: { cnf: {} } }, "token.malformed"],
    ["a cnf that nobody understands", { claims: { cnf: { JKT: jkt } } }, "token.malformed"],
    ["a jkt that is null", { claims: { cnf: { jkt: null } } }, "token.malformed"],
    ["an empty jkt", { claims: { cnf: { jkt: "" } } }, "token.malformed"],
    ["a jkt that is too short", { claims: { cnf: { jkt: jkt.slice(1) } } }, "token.malformed"],
    ["a jkt with padding", { claims: { cnf: { jkt: `${jkt}=` } } }, "token.malformed"],
    [
      "a jkt in a second spelling",
      { claims: { cnf: { jkt: `${jkt.slice(0, 42)}B` } } },
      "token.malformed",
    ],
    [
      "a thumbprint of a certificate that is none",
      { claims: { cnf: { "x5t#S256": "x" } } },
      "token.malformed",
    ],
    ["a token bound by a key that it holds", { claims: { cnf: { jwk: {} } } }, "token.binding"],
  ];
  test.each(rows)("%s", async (_, parts, expected) => {
    expect(await code(verify(await accessToken(key)))).toBe("accepted");
    expect(await code(verify(await accessToken(key, parts)))).toBe(expected);
  });
});

test("the algorithms of the document decide, not the token", async () => {
  const token = await accessToken(key);
  expect(await code(verify(token, { algorithms: ["RS256", "ES256"] }))).toBe("accepted");
  expect(await code(verify(token, { algorithms: ["RS256", "ES384"] }))).toBe("token.alg");
});

test("a type that the document leaves out is refused", async () => {
  const typed = { header: { typ: "JWT" } };
  expect(await code(verify(await accessToken(key, typed), { tokenTypes: ["at+jwt"] }))).toBe(
    "token.type",
  );
  const untyped = { header: { typ: undefined } };
  expect(await code(verify(await accessToken(key, untyped), { tokenTypes: ["at+jwt"] }))).toBe(
    "token.type",
  );
});

test("without an audience in the document aud is not looked at", async () => {
  const token = await accessToken(key, { claims: { aud: 1 } });
  expect(await code(verify(token, { audience: [] }))).toBe("accepted");
});

describe("scopes and client", () => {
  const rows: ReadonlyArray<readonly [string, Record<string, unknown>, Partial<AccessToken>]> = [
    ["scope as text", { scope: "a  b " }, { scopes: ["a", "b"] }],
    ["scope as an array", { scope: ["a", "b c"] }, { scopes: ["a", "b c"] }],
    ["scp as an array", { scope: undefined, scp: ["a"] }, { scopes: ["a"] }],
    ["scp as text", { scope: undefined, scp: "a b" }, { scopes: ["a", "b"] }],
    ["scope before scp", { scope: "a", scp: ["b"] }, { scopes: ["a"] }],
    ["no scope", { scope: undefined }, { scopes: [] }],
    ["a scope that cannot be read", { scope: ["a", 1] }, { scopes: [] }],
    ["azp", { client_id: undefined, azp: "x" }, { clientId: "x" }],
    ["cid", { client_id: undefined, cid: "x" }, { clientId: "x" }],
    ["client_id before azp", { azp: "x" }, { clientId: "agent" }],
  ];
  test.each(rows)("%s", async (_, claims, expected) => {
    expect(await verify(await accessToken(key, { claims }))).toMatchObject(expected);
  });

  test("no client, no binding: the members are absent", async () => {
    const token = await accessToken(key, { claims: { client_id: undefined, cnf: undefined } });
    const verified = await verify(token);
    expect("clientId" in verified || "jkt" in verified).toBe(false);
  });
});
