import { decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import {
  createDpopClient,
  type DpopClientOptions,
  generateKey,
  memoryKeyStore,
} from "../../../src/client/index.ts";

/** A server that takes only some algorithms and says so, as RFC 9449 section 7.1 has it. */
function server(algs: string, options: DpopClientOptions, status = 401) {
  const tried: string[] = [];
  const client = createDpopClient({
    async fetch(_, init) {
      const { alg = "" } = decodeProtectedHeader(new Headers(init.headers).get("DPoP") ?? "");
      tried.push(alg);
      if (algs.split(" ").includes(alg)) return new Response("ok");
      const challenge = `DPoP error="invalid_dpop_proof", algs="${algs}"`;
      return new Response(null, { status, headers: { "WWW-Authenticate": challenge } });
    },
    ...options,
  });
  return { tried, client };
}

const url = "https://a.example/x";
const bound = { token: "t", origins: ["https://a.example"] };

describe("the algorithms of a challenge", () => {
  test.each([
    ["EdDSA", "Ed25519"],
    ["Ed25519", "EdDSA"],
  ])("the same key under its other name: %s becomes %s", async (ours, theirs) => {
    const { tried, client } = server(theirs, { ...bound, algorithms: [ours] });
    const before = await client.key();
    for (let calls = 0; calls < 3; calls += 1) expect((await client.fetch(url)).status).toBe(200);
    expect(tried).toEqual([ours, theirs, theirs, theirs]);
    expect((await client.key()).thumbprint).toBe(before.thumbprint);
  });

  test("another key, while no token is bound to one: the best that both have", async () => {
    const keyStore = memoryKeyStore();
    const algorithms = ["ES256", "ES384", "EdDSA"];
    const { tried, client } = server("PS256 EdDSA ES384", { keyStore, algorithms });
    expect((await client.fetch(url, { method: "POST" })).status).toBe(200);
    expect(tried).toEqual(["ES256", "ES384"]);
    expect((await keyStore.read())?.alg).toBe("ES384");
    expect(await client.key()).toEqual(await keyStore.read());
  });

  test("one key for many refusals at once", async () => {
    const { tried, client } = server("ES384", { algorithms: ["ES256", "ES384"], patience: 0 });
    const calls = Array.from({ length: 5 }, () => client.fetch(url, { method: "POST" }));
    for (const response of await Promise.all(calls)) expect(response.status).toBe(200);
    expect(tried.filter((alg) => alg === "ES384").length).toBe(5);
  });

  test("never another key for a token: it is bound to this one", async () => {
    const { tried, client } = server("ES384", { ...bound, algorithms: ["ES256", "ES384"] });
    expect((await client.fetch(url)).status).toBe(401);
    expect(tried).toEqual(["ES256"]);
  });

  test("never another key for one that was kept: tokens of elsewhere are bound to it", async () => {
    const kept = await generateKey({ alg: "ES384" });
    const keyStore = memoryKeyStore(kept);
    const { tried, client } = server("ES256", { keyStore });
    expect((await client.fetch(url, { method: "POST" })).status).toBe(401);
    expect([tried, await keyStore.read()]).toEqual([["ES384"], kept]);
  });

  test("nor once somebody has taken it: that token endpoint has bound a token to it", async () => {
    const keyStore = memoryKeyStore();
    const { client } = server("ES256", { keyStore, algorithms: ["ES256", "ES384"] });
    expect((await client.fetch(url, { method: "POST" })).status).toBe(200);
    const kept = await client.key();
    const other = server("ES384", { keyStore, algorithms: ["ES256", "ES384"] });
    expect((await other.client.fetch(url, { method: "POST" })).status).toBe(401);
    expect([other.tried, await keyStore.read()]).toEqual([["ES256"], kept]);
  });

  test("none that the caller did not allow", async () => {
    const { tried, client } = server("RS256", { algorithms: ["ES256"] });
    expect((await client.fetch(url, { method: "POST" })).status).toBe(401);
    expect(tried).toEqual(["ES256"]);
  });
});
