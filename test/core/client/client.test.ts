import { decodeJwt } from "jose";
import { describe, expect, test, vi } from "vitest";
import {
  createDpopClient,
  DpopError,
  type Exchange,
  generateKey,
  memoryKeyStore,
} from "../../../src/client/index.ts";
import { noNonce, withAuthenticator } from "../authorizer/world.ts";
import { api, edgeDouble } from "./edge.ts";

const proofs = (seen: readonly { readonly headers: Headers }[]) =>
  seen.map(({ headers }) => headers.get("DPoP") ?? "");

describe("against the edge", () => {
  test("is challenged once and then goes on with the nonce", async () => {
    const edge = edgeDouble();
    const client = edge.client();
    expect((await client.fetch(api)).status).toBe(200);
    expect(edge.outcomes()).toEqual(["nonce.missing", 200]);
    for (let calls = 0; calls < 3; calls += 1) expect((await client.fetch(api)).status).toBe(200);
    expect(edge.outcomes().slice(2)).toEqual([200, 200, 200]);
  });

  test("makes a fresh proof for every request, with one key and the token's hash", async () => {
    const edge = edgeDouble();
    const client = edge.client();
    await client.fetch(api);
    await client.fetch(`${api}?page=2`, { method: "post", body: "x" });
    const sent = proofs(edge.seen);
    expect(sent.length).toBe(3);
    expect(new Set(sent.map((proof) => decodeJwt(proof).jti)).size).toBe(3);
    expect(edge.seen.at(-1)).toMatchObject({ method: "POST", body: "x", outcome: 200 });
    for (const proof of sent) expect(decodeJwt(proof).ath).toMatch(/^[\w-]{43}$/);
  });

  test("5 parallel cold calls make 6 requests", async () => {
    const edge = edgeDouble();
    const client = edge.client();
    const calls = Array.from({ length: 5 }, (_, n) => client.fetch(`${api}/${n}`));
    for (const response of await Promise.all(calls)) expect(response.status).toBe(200);
    expect(edge.seen.length).toBe(6);
    expect(edge.outcomes().filter((outcome) => outcome === "nonce.missing").length).toBe(1);
  });

  test("after a pause too, when the nonce has died meanwhile", async () => {
    const edge = edgeDouble();
    const client = edge.client();
    await client.fetch(api);
    edge.seen.length = 0;
    edge.world.clock.seconds += 120;
    const calls = Array.from({ length: 5 }, (_, n) => client.fetch(`${api}/${n}`));
    for (const response of await Promise.all(calls)) expect(response.status).toBe(200);
    expect(edge.seen.length).toBe(6);
  });

  test("a steady client is never challenged again", async () => {
    const edge = edgeDouble();
    const client = edge.client();
    for (let minutes = 0; minutes < 10; minutes += 0.25) {
      expect((await client.fetch(api)).status).toBe(200);
      edge.world.clock.seconds += 15;
    }
    expect(edge.outcomes().filter((outcome) => outcome !== 200)).toEqual(["nonce.missing"]);
  });

  test("sends a body again after a challenge, whatever it is made of", async () => {
    const bodies: [string, () => BodyInit][] = [
      ["text", () => "orders"],
      ["bytes", () => new TextEncoder().encode("orders")],
      ["buffer", () => new TextEncoder().encode("orders").buffer],
      ["blob", () => new Blob(["orders"])],
      ["form", () => new URLSearchParams({ a: "b" })],
    ];
    for (const [name, body] of bodies) {
      const edge = edgeDouble();
      const response = await edge.client().fetch(api, { method: "POST", body: body() });
      expect([name, response.status, edge.outcomes()]).toEqual([name, 200, ["nonce.missing", 200]]);
      expect(edge.seen.map((each) => each.body)).toEqual(
        Array.from({ length: 2 }, () => (name === "form" ? "a=b" : "orders")),
      );
    }
  });

  test("takes a Request, its method, headers and body", async () => {
    const edge = edgeDouble();
    const request = new Request(api, {
      method: "PUT",
      headers: { "X-Kept": "yes" },
      body: "orders",
    });
    expect((await edge.client().fetch(request)).status).toBe(200);
    const [challenged, passed] = edge.seen;
    for (const each of [challenged, passed]) {
      expect(each).toMatchObject({ method: "PUT", body: "orders" });
      expect(each?.headers.get("X-Kept")).toBe("yes");
      expect(each?.headers.get("Content-Type")).toMatch(/^text\/plain/);
    }
  });

  test("tells of every exchange", async () => {
    const edge = edgeDouble();
    const seen: Exchange[] = [];
    await edge.client({ watch: (exchange) => void seen.push(exchange) }).fetch(api);
    expect(seen).toEqual([
      expect.objectContaining({
        method: "GET",
        url: api,
        status: 401,
        again: "nonce",
        challenges: [
          { scheme: "DPoP", parameters: expect.objectContaining({ error: "use_dpop_nonce" }) },
        ],
      }),
      expect.objectContaining({ status: 200, challenges: [] }),
    ]);
    expect(seen.map(({ proof }) => proof)).toEqual(proofs(edge.seen));
  });

  test("learns the time after a refused iat, and keeps it", async () => {
    for (const ahead of [600_000, -600_000]) {
      const edge = edgeDouble();
      edge.ahead = ahead;
      const client = edge.client();
      expect((await client.fetch(api)).status).toBe(200);
      expect(edge.outcomes()).toEqual(["proof.iat", 200]);
      expect((await client.fetch(api)).status).toBe(200);
      expect(edge.outcomes()).toEqual(["proof.iat", 200, 200]);
    }
  });

  test.each([1000, 1999, 2500])(
    "heals where it is %i ms ahead of a server that allows none",
    async (ms) => {
      const edge = edgeDouble(withAuthenticator({ leeway: 0 }));
      edge.ahead = -ms;
      const client = edge.client();
      expect((await client.fetch(api)).status).toBe(200);
      expect(edge.outcomes()).toEqual(["proof.iat", 200]);
      expect((await client.fetch(api)).status).toBe(200);
      expect(edge.seen).toHaveLength(3);
    },
  );

  test("is not touched where the server's second is ours", async () => {
    const edge = edgeDouble();
    edge.ahead = -999;
    const client = edge.client();
    expect((await client.fetch(api.replace("/api/x", "/elsewhere"))).status).toBe(401);
    expect(edge.seen).toHaveLength(1);
  });

  test("does not learn the time from a lie that changes nothing, or from no Date", async () => {
    const edge = edgeDouble();
    edge.ahead = 600_000;
    edge.date = () => undefined;
    expect((await edge.client().fetch(api)).status).toBe(401);
    expect(edge.outcomes()).toEqual(["proof.iat"]);
  });
});

describe("the key", () => {
  test("is one, made once, also for many calls at once", async () => {
    const edge = edgeDouble(noNonce);
    const client = edge.client();
    const [one, ...others] = await Promise.all(Array.from({ length: 20 }, () => client.key()));
    for (const other of others) expect(other).toBe(one);
    expect(one?.privateKey.extractable).toBe(false);
  });

  test("is the store's, where it has one", async () => {
    const key = await generateKey();
    const client = createDpopClient({ keyStore: memoryKeyStore(key) });
    expect((await client.key()).thumbprint).toBe(key.thumbprint);
  });

  test("of the first who keeps one is everybody's", async () => {
    const keyStore = memoryKeyStore();
    const clients = Array.from({ length: 5 }, () => createDpopClient({ keyStore }));
    const keys = await Promise.all(clients.map((client) => client.key()));
    expect(new Set(keys.map(({ thumbprint }) => thumbprint)).size).toBe(1);
  });

  test("is not waited for, for ever, when the call that reads it is gone", async () => {
    const store = memoryKeyStore(await generateKey());
    const lost = new Promise<undefined>(() => undefined);
    let reads = 0;
    const read = () => {
      reads += 1;
      return reads === 1 ? lost : store.read();
    };
    const client = createDpopClient({ keyStore: { ...store, read } });
    void client.key();
    vi.useFakeTimers();
    try {
      const second = client.key();
      await vi.advanceTimersByTimeAsync(5000);
      expect((await second).thumbprint).toBe((await store.read())?.thumbprint);
      expect(reads).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  test("is asked for again after its store has failed", async () => {
    const store = memoryKeyStore(await generateKey());
    let fails = true;
    const read = () => (fails ? Promise.reject(new Error("locked")) : store.read());
    const client = createDpopClient({ keyStore: { ...store, read } });
    await expect(client.key()).rejects.toThrow("locked");
    fails = false;
    expect(await client.key()).toBeDefined();
  });
});

describe("options that cannot be meant", () => {
  test.each([
    ["a token without origins", { token: "t" }, "needs origins"],
    ["an origin with a path", { origins: ["https://a.example/api"] }, "no origin"],
    ["no URL at all", { origins: ["a.example"] }, "no origin"],
    ["http on a network", { origins: ["http://a.example"] }, "use https"],
    ["an unknown algorithm", { algorithms: ["HS256"] }, "There is no algorithm"],
  ])("%s", (_, options, message) => {
    expect(() => createDpopClient(options)).toThrow(message);
    expect(() => createDpopClient(options)).toThrow(TypeError);
  });

  test("http on loopback is meant", () => {
    for (const host of ["127.0.0.1:8787", "localhost", "[::1]:80", "app.localhost"]) {
      expect(createDpopClient({ token: "t", origins: [`http://${host}`] })).toBeDefined();
    }
  });
});

test("an error has a code to ask for", () => {
  const error = new DpopError("body.consumed", "why");
  expect(error).toMatchObject({ name: "DpopError", code: "body.consumed", message: "why" });
});
