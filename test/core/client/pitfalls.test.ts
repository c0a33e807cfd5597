import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import {
  createProof,
  type DpopKey,
  generateKey,
  type ProofOptions,
} from "../../../src/client/index.ts";
import { noNonce } from "../authorizer/world.ts";
import { api, type EdgeDouble, edgeDouble } from "./edge.ts";

// What goes wrong in clients that are made by hand, what the edge says to them, and that this
// client cannot fall into it.

/** By hand: a token for `key`, and a proof with one thing changed. Returns what was decided. */
async function byHand(edge: EdgeDouble, key: DpopKey, changed: Partial<ProofOptions> = {}) {
  const accessToken = await edge.token(key);
  const now = () => edge.world.clock.seconds * 1000;
  const proof = await createProof({ key, method: "GET", url: api, accessToken, now, ...changed });
  return send(edge, { Authorization: `DPoP ${accessToken}`, DPoP: proof });
}

async function send(edge: EdgeDouble, headers: Record<string, string>, url = api) {
  await edge.fetch(url, { headers });
  return edge.seen.at(-1)?.outcome;
}

const proofOf = ({ headers }: { headers: Headers }) => headers.get("DPoP") ?? "";

describe("by hand, and what the edge says", () => {
  const key = generateKey();

  test("done right it passes", async () => {
    expect(await byHand(edgeDouble(noNonce), await key)).toBe(200);
  });

  test.each<[string, string, () => Promise<Partial<ProofOptions>>]>([
    ["a new key for each request", "token.binding", async () => ({ key: await generateKey() })],
    ["no ath", "proof.ath", async () => ({ accessToken: undefined })],
    ["the ath of another token", "proof.ath", async () => ({ accessToken: "another" })],
    ["the wrong method", "proof.htm", async () => ({ method: "POST" })],
    ["the wrong URL", "proof.htu", async () => ({ url: `${api}/y` })],
    ["a clock five minutes slow", "proof.iat", async () => ({ now: () => 1_799_999_700_000 })],
    ["a clock five minutes fast", "proof.iat", async () => ({ now: () => 1_800_000_300_000 })],
  ])("%s: %s", async (_, code, changed) => {
    expect(await byHand(edgeDouble(noNonce), await key, await changed())).toBe(code);
  });

  test("a proof that is used again, be it by the client or by a transport's retry: proof.replayed", async () => {
    const edge = edgeDouble(noNonce);
    await byHand(edge, await key);
    const [first] = edge.seen;
    expect(await send(edge, Object.fromEntries(first?.headers ?? []))).toBe("proof.replayed");
  });

  test("a proof that follows a redirect: proof.htu", async () => {
    const edge = edgeDouble(noNonce);
    await byHand(edge, await key);
    const [first] = edge.seen;
    expect(await send(edge, Object.fromEntries(first?.headers ?? []), `${api}/y`)).toBe(
      "proof.htu",
    );
  });

  test("a challenge that is ignored: nonce.missing, for ever", async () => {
    const edge = edgeDouble();
    for (let calls = 0; calls < 3; calls += 1) {
      expect(await byHand(edge, await key)).toBe("nonce.missing");
    }
  });
});

describe("with this client", () => {
  test("every request has the one key, at the token endpoint and at the API", async () => {
    const edge = edgeDouble(noNonce);
    const atIssuer: string[] = [];
    const client = edge.client({
      token: undefined,
      origins: undefined,
      async fetch(url, init) {
        if (!url.startsWith("https://idp.example/")) return edge.fetch(url, init);
        const proof = new Headers(init.headers).get("DPoP") ?? "";
        atIssuer.push(proof);
        const { jwk } = decodeProtectedHeader(proof);
        const jkt = jwk && (await calculateJwkThumbprint(jwk));
        return Response.json({ access_token: await edge.world.accessToken({ cnf: { jkt } }) });
      },
    });
    const answer = await client.fetch("https://idp.example/token", { method: "POST" });
    const { access_token } = await answer.json();
    const headers = { Authorization: `DPoP ${access_token}` };
    for (let calls = 0; calls < 3; calls += 1) {
      expect((await client.fetch(api, { headers })).status).toBe(200);
    }
    const { thumbprint } = await client.key();
    for (const proof of [...atIssuer, ...edge.seen.map(proofOf)]) {
      const { jwk } = decodeProtectedHeader(proof);
      expect(jwk && (await calculateJwkThumbprint(jwk))).toBe(thumbprint);
    }
  });

  test("every proof is new, and is for its request", async () => {
    const edge = edgeDouble();
    const client = edge.client();
    await client.fetch(api);
    await client.fetch(`${api}/y?z`, { method: "PUT", body: "x" });
    const claims = edge.seen.map((seen) => decodeJwt(proofOf(seen)));
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(3);
    expect(claims.map(({ htm, htu }) => [htm, htu])).toEqual([
      ["GET", api],
      ["GET", api],
      ["PUT", `${api}/y`],
    ]);
    for (const { ath } of claims) expect(ath).toMatch(/^[\w-]{43}$/);
  });

  test("a retry around it has a proof of its own, though the first one was used", async () => {
    const edge = edgeDouble();
    let broken = true;
    const client = edge.client({
      async fetch(url, init) {
        const response = await edge.fetch(url, init);
        if (response.status !== 200 || !broken) return response;
        broken = false;
        throw new TypeError("The connection broke after the request was served.");
      },
    });
    const retrying = () => client.fetch(api).catch(() => client.fetch(api));
    expect((await retrying()).status).toBe(200);
    expect(edge.outcomes()).toEqual(["nonce.missing", 200, 200]);
  });

  test("a clock five minutes off costs one request", async () => {
    for (const ahead of [300_000, -300_000]) {
      const edge = edgeDouble();
      edge.ahead = ahead;
      expect((await edge.client().fetch(api)).status).toBe(200);
      expect(edge.outcomes()).toEqual(["proof.iat", 200]);
    }
  });

  test("N calls at a cold start make N + 1 requests", async () => {
    for (const calls of [1, 2, 5, 50]) {
      const edge = edgeDouble();
      const client = edge.client();
      await Promise.all(Array.from({ length: calls }, () => client.fetch(api)));
      expect(edge.seen.length).toBe(calls + 1);
    }
  });

  // A redirect to another path: redirect.test.ts. An upload of 10 MB met by a challenge: stream.test.ts.
});
