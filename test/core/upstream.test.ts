import { CompactSign, type CryptoKey, exportJWK, generateKeyPair } from "jose";
import { describe, expect, test } from "vitest";
import {
  createVerifier,
  type FailureCode,
  type TokenSource,
  type VerifierOptions,
} from "../../src/upstream/index.ts";

const now = 1_800_000_000;
const audience = "https://upstream.example";

const edge = await generateKeyPair("ES256", { extractable: true });
const stranger = await generateKeyPair("ES256", { extractable: true });
const publicJwk = {
  ...(await exportJWK(edge.publicKey)),
  kty: "EC",
  kid: "edge",
  alg: "ES256",
  use: "sig",
};
const jwks = { keys: [publicJwk] };

interface Change {
  readonly header?: object;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey | Uint8Array;
}

async function tokenOf({ header, claims, key = edge.privateKey }: Change = {}): Promise<string> {
  const valid = {
    iss: "dpop-edge",
    sub: "alice",
    aud: audience,
    iat: now,
    nbf: now,
    exp: now + 60,
    jti: "j",
  };
  const payload = new TextEncoder().encode(JSON.stringify({ ...valid, ...claims }));
  return await new CompactSign(payload)
    .setProtectedHeader({ alg: "ES256", kid: "edge", typ: "JWT", ...header })
    .sign(key);
}

function verify(source: TokenSource, options: Partial<VerifierOptions> = {}) {
  return createVerifier({ jwks, audience, now: () => now * 1000, ...options }).verify(source);
}

async function codeOf(result: ReturnType<typeof verify>): Promise<FailureCode | "ok"> {
  const settled = await result;
  return settled.ok ? "ok" : settled.failure.code;
}

describe("an internal token", () => {
  test("that is valid gives its claims", async () => {
    const token = await tokenOf({ claims: { role: "admin" } });
    expect(await verify(`Bearer ${token}`)).toEqual({
      ok: true,
      claims: expect.objectContaining({ iss: "dpop-edge", sub: "alice", role: "admin" }),
    });
  });

  const rows: ReadonlyArray<[name: string, change: Change, code: FailureCode | "ok"]> = [
    ["by another key", { key: stranger.privateKey }, "token.signature"],
    ["by an unknown kid", { header: { kid: "other" } }, "token.key"],
    [
      "by the public key as a shared secret",
      { header: { alg: "HS256" }, key: new TextEncoder().encode(JSON.stringify(publicJwk)) },
      "token.alg",
    ],
    ["of another type", { header: { typ: "at+jwt" } }, "token.type"],
    ["of no type", { header: { typ: undefined } }, "token.type"],
    ["of another issuer", { claims: { iss: "https://idp.example" } }, "token.issuer"],
    ["without an issuer", { claims: { iss: undefined } }, "token.issuer"],
    ["for another service", { claims: { aud: "https://other.example" } }, "token.audience"],
    ["for nobody", { claims: { aud: undefined } }, "token.audience"],
    ["for several services", { claims: { aud: ["https://other.example", audience] } }, "ok"],
    [
      "at the edge of what clocks may differ",
      { claims: { exp: now - 4, iat: now + 5, nbf: now + 5 } },
      "ok",
    ],
    ["that has expired", { claims: { exp: now - 5 } }, "token.expired"],
    ["that never expires", { claims: { exp: undefined } }, "token.claims"],
    ["whose exp is text", { claims: { exp: "never" } }, "token.claims"],
    ["that is not valid yet", { claims: { nbf: now + 6 } }, "token.early"],
    ["without iat", { claims: { iat: undefined } }, "token.claims"],
    ["about nobody", { claims: { sub: undefined } }, "token.claims"],
    ["whose sub is no text", { claims: { sub: 7 } }, "token.claims"],
    [
      "with an extension that is not understood",
      { header: { crit: ["x"], x: 1 } },
      "token.malformed",
    ],
  ];
  test.each(rows)("%s: %s", async (_, change, code) => {
    expect(await codeOf(verify(`Bearer ${await tokenOf()}`))).toBe("ok");
    const spoiled = await tokenOf(change).catch(() => unsigned(change));
    expect(await codeOf(verify(`Bearer ${spoiled}`))).toBe(code);
  });

  test("that is unsigned is refused", async () => {
    expect(await codeOf(verify(`Bearer ${unsigned({ header: { alg: "none" } })}`))).toBe(
      "token.alg",
    );
  });

  test("with an aud is refused where nobody said who this service is", async () => {
    const token = await tokenOf();
    const unnamed = createVerifier({ jwks, now: () => now * 1000 });
    expect(await codeOf(unnamed.verify(`Bearer ${token}`))).toBe("token.audience");
    const open = await tokenOf({ claims: { aud: undefined } });
    expect(await codeOf(unnamed.verify(`Bearer ${open}`))).toBe("ok");
  });

  test("of a signer with another name", async () => {
    const token = await tokenOf({ claims: { iss: "gateway" } });
    expect(await codeOf(verify(`Bearer ${token}`, { issuer: "gateway" }))).toBe("ok");
    expect(await codeOf(verify(`Bearer ${await tokenOf()}`, { issuer: "gateway" }))).toBe(
      "token.issuer",
    );
  });
});

const token = await tokenOf();

describe("the token is found", () => {
  const custom = { header: { name: "X-Token", scheme: "" } };
  const rows: ReadonlyArray<
    [name: string, source: TokenSource, options: Partial<VerifierOptions>, code: FailureCode | "ok"]
  > = [
    ["in a header's value", `Bearer ${token}`, {}, "ok"],
    ["whatever the scheme's case", `bearer  ${token} `, {}, "ok"],
    ["in Headers", new Headers({ Authorization: `Bearer ${token}` }), {}, "ok"],
    ["in a request", { headers: new Headers({ Authorization: `Bearer ${token}` }) }, {}, "ok"],
    ["in Node's headers", { authorization: `Bearer ${token}` }, {}, "ok"],
    ["in Node's request", { headers: { authorization: `Bearer ${token}` } }, {}, "ok"],
    ["in the finalizer's own header", { headers: { "x-token": token } }, custom, "ok"],
    ["nowhere", { headers: {} }, {}, "token.missing"],
    ["nowhere, undefined", undefined, {}, "token.missing"],
    ["nowhere, null", null, {}, "token.missing"],
    ["nowhere, empty", "", {}, "token.missing"],
    ["elsewhere only", { headers: { authorization: `Bearer ${token}` } }, custom, "token.missing"],
    ["with another scheme", `DPoP ${token}`, {}, "token.missing"],
    ["not: a scheme alone", "Bearer", {}, "token.malformed"],
    ["not: two in one field", `Bearer ${token}, Bearer ${token}`, {}, "token.malformed"],
    ["not: two fields", { headers: { "x-token": [token, token] } }, custom, "token.malformed"],
    ["not: no JWT", "Bearer hello", {}, "token.malformed"],
  ];
  test.each(rows)("%s", async (_, source, options, code) => {
    expect(await codeOf(verify(source, options))).toBe(code);
  });

  const throwing = {
    get: () => {
      throw new Error("no headers any more");
    },
  };
  test.each<[name: string, source: unknown, code: FailureCode]>([
    ["a request without headers", { headers: null }, "token.missing"],
    ["a request whose headers are a number", { headers: 5 }, "token.missing"],
    ["a list", [], "token.missing"],
    ["a number", 5, "token.malformed"],
    ["headers that give a number", { get: () => 5 }, "token.malformed"],
    ["headers that throw", throwing, "token.malformed"],
    ["a request whose headers throw", { headers: throwing }, "token.malformed"],
  ])("never by throwing: %s", async (_, source, code) => {
    const verifier = createVerifier({ jwks, audience, now: () => now * 1000 });
    expect(await codeOf(Reflect.apply(verifier.verify, verifier, [source]))).toBe(code);
  });
});

describe("the edge's keys", () => {
  const jwksUrl = "https://api.example.com/.well-known/jwks";
  // The Response of whichever runtime this is.
  const answer = (body: string, status = 200) => new Response(body, { status });

  test("are fetched once", async () => {
    const asked: string[] = [];
    const verifier = createVerifier({
      jwksUrl,
      audience,
      now: () => now * 1000,
      fetch: async (url, init) => {
        asked.push(`${init.method} ${url} ${init.redirect}`);
        return answer(JSON.stringify(jwks));
      },
    });
    const token = `Bearer ${await tokenOf()}`;
    expect(await codeOf(verifier.verify(token))).toBe("ok");
    expect(await codeOf(verifier.verify(token))).toBe("ok");
    expect(asked).toEqual([`GET ${jwksUrl} manual`]);
  });

  const down: ReadonlyArray<[name: string, fetch: () => Promise<Response>]> = [
    ["that cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
    ["that are not found", async () => answer("", 404)],
    ["that are no JSON", async () => answer("<html>")],
    ["that are no set", async () => answer("{}")],
  ];
  test.each(down)("%s are a failure of ours, not the token's", async (_, fetch) => {
    const verifier = createVerifier({ jwksUrl, audience, now: () => now * 1000, fetch });
    expect(await verifier.verify(`Bearer ${await tokenOf()}`)).toEqual({
      ok: false,
      failure: expect.objectContaining({ code: "keys.unavailable", status: 503 }),
    });
  });

  test("come by https, except where the network is known", () => {
    expect(() => createVerifier({ jwksUrl: "http://edge.internal/jwks" })).toThrow(/must be https/);
    expect(() => createVerifier({ jwksUrl: "http://127.0.0.1.example/jwks" })).toThrow(
      /must be https/,
    );
    for (const host of ["127.0.0.1:8787", "localhost", "edge.localhost", "[::1]:8787"]) {
      createVerifier({ jwksUrl: `http://${host}/jwks` });
    }
    createVerifier({ jwksUrl: "http://edge.internal/jwks", insecure: true });
  });
});

function unsigned({ header, claims }: Change): string {
  const encode = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const payload = {
    iss: "dpop-edge",
    sub: "alice",
    aud: audience,
    iat: now,
    exp: now + 60,
    ...claims,
  };
  return `${encode({ alg: "ES256", kid: "edge", typ: "JWT", ...header })}.${encode(payload)}.`;
}
