import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { createDpopClient, type DpopClientOptions, type Token } from "../../../src/client/index.ts";
import { noNonce } from "../authorizer/world.ts";
import { api, edgeDouble } from "./edge.ts";

// RFC 9449 section 7.1.
const token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const ath = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
const url = "https://a.example/x";

/** What reaches the server of one call; undefined where nothing does. */
async function sent(options: DpopClientOptions, init?: RequestInit): Promise<Headers | undefined> {
  let headers: Headers | undefined;
  const client = createDpopClient({
    fetch: async (_, init) => {
      headers = new Headers(init.headers);
      return new Response("ok");
    },
    ...options,
  });
  await client.fetch(url, init);
  return headers;
}

const claims = (headers: Headers | undefined) => decodeJwt(headers?.get("DPoP") ?? "");
const origins = ["https://a.example"];

describe("the token of the options", () => {
  const sources: [string, DpopClientOptions["token"]][] = [
    ["text", token],
    ["a token response", { access_token: token, token_type: "DPoP" }],
    ["a token response in lower case", { access_token: token, token_type: "dpop" }],
    ["a function", () => token],
    ["an asynchronous function", async () => ({ access_token: token, token_type: "DPOP" })],
  ];
  test.each(sources)("may be %s", async (_, source) => {
    const headers = await sent({ token: source, origins });
    expect(headers?.get("Authorization")).toBe(`DPoP ${token}`);
    expect(claims(headers)).toMatchObject({ ath, htm: "GET", htu: url });
  });

  test("is asked for at every call", async () => {
    const tokens: Token[] = ["first", "second"];
    const edge: string[] = [];
    const client = createDpopClient({
      token: () => tokens.shift(),
      origins,
      fetch: async (_, init) => {
        edge.push(new Headers(init.headers).get("Authorization") ?? "none");
        return new Response();
      },
    });
    for (let calls = 0; calls < 3; calls += 1) await client.fetch(url);
    expect(edge).toEqual(["DPoP first", "DPoP second", "none"]);
  });

  test("that is bound to no key is not sent, least of all as Bearer", async () => {
    for (const token_type of ["Bearer", "bearer", "N_A", ""]) {
      const answer = sent({ token: { access_token: token, token_type }, origins });
      await expect(answer).rejects.toMatchObject({ code: "token.type" });
      await expect(answer).rejects.not.toThrow(token);
    }
  });

  test("goes to no other origin", async () => {
    for (const other of ["https://b.example", "https://a.example:8443", "https://x.a.example"]) {
      await expect(sent({ token, origins: [other] })).rejects.toMatchObject({
        code: "origin.refused",
      });
    }
  });
});

describe("the caller's own Authorization", () => {
  test.each(["Bearer", "bearer", "DPoP", "dpop"])(
    "as %s is sent as DPoP, with its proof",
    async (scheme) => {
      const headers = await sent({}, { headers: { Authorization: `${scheme} ${token}` } });
      expect(headers?.get("Authorization")).toBe(`DPoP ${token}`);
      expect(claims(headers).ath).toBe(ath);
    },
  );

  test("comes before the options' token, and keeps to the same origins", async () => {
    const init = { headers: { Authorization: `Bearer ${token}` } };
    const headers = await sent({ token: "another", origins }, init);
    expect(claims(headers).ath).toBe(ath);
    await expect(sent({ origins: ["https://b.example"] }, init)).rejects.toMatchObject({
      code: "origin.refused",
    });
  });

  test("of another scheme is the client's, at a token endpoint: a proof without ath", async () => {
    const headers = await sent({}, { method: "POST", headers: { Authorization: "Basic YTpi" } });
    expect(headers?.get("Authorization")).toBe("Basic YTpi");
    expect(Object.keys(claims(headers)).sort()).toEqual(["htm", "htu", "iat", "jti"]);
  });

  test("passes the edge, also when a library knows only Bearer", async () => {
    const edge = edgeDouble(noNonce);
    const client = edge.client({ token: undefined });
    const authorization = `Bearer ${await edge.token(await client.key())}`;
    expect((await client.fetch(api, { headers: { authorization } })).status).toBe(200);
  });
});

describe("without a token", () => {
  test("a POST has a proof, and a GET has none", async () => {
    expect((await sent({}, { method: "POST" }))?.has("DPoP")).toBe(true);
    expect((await sent({}))?.has("DPoP")).toBe(false);
  });

  test("a stale proof of the caller's is replaced", async () => {
    const headers = await sent({}, { method: "POST", headers: { DPoP: "stale" } });
    expect(claims(headers)).toMatchObject({ htm: "POST", htu: url });
  });
});
