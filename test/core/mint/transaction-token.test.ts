import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import { createVerifier } from "../../../src/upstream/index.ts";
import {
  configuration,
  createWorld,
  request,
  signedHeaders,
  withRule,
} from "../authorizer/world.ts";
import { compilePair, mechanisms, problemsOf, spoil } from "../documents/pair.ts";

const [internal] = configuration.rules[0]?.finalizers ?? [];
if (internal?.type !== "jwt") throw new Error("no internal token");

/** The headers that the upstream gets for a token with these claims. */
async function forwarded(
  finalizer: object,
  claims: Record<string, unknown>,
  world = createWorld(withRule({ finalizers: [{ ...internal, ...finalizer }] as never })),
) {
  const headers = await signedHeaders(world, { claims });
  const decision = await world.authorizer.authorize(
    request(headers, { clientAddress: "192.0.2.1" }),
  );
  if (decision.kind !== "allow") throw new Error(JSON.stringify(decision));
  return decision.headers;
}

const act = { sub: "agent-7", act: { sub: "planner" } };

describe("who acts", () => {
  test("goes along with the internal token, and with nobody else's", async () => {
    const world = createWorld(withRule({ finalizers: [internal] }));
    const first = await forwarded({}, { act }, world);
    const second = await forwarded({}, {}, world);
    const third = await forwarded({}, { act: { sub: "other" } }, world);
    const acts = [first, second, third].map(
      (headers) => decodeJwt((headers.get("Authorization") ?? "").slice(7)).act,
    );
    expect(acts).toEqual([act, undefined, { sub: "other" }]);
  });

  test("what is no actor is none", async () => {
    const headers = await forwarded({}, { act: "agent-7" });
    expect(decodeJwt((headers.get("Authorization") ?? "").slice(7)).act).toBeUndefined();
  });
});

describe("a transaction token", () => {
  const shape = {
    shape: "transaction_token",
    header: { name: "Txn-Token", scheme: "" },
    claims: [{ kind: "text", text: '{"order": 1}' }],
  };

  test("has the draft's header and claims", async () => {
    const headers = await forwarded(shape, { act, scope: "read write" });
    const token = headers.get("Txn-Token") ?? "";
    expect(headers.has("Authorization")).toBe(false);
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: "txntoken+jwt", kid: "edge" });
    expect(decodeJwt(token)).toEqual({
      iss: "dpop-edge",
      aud: "upstream",
      iat: expect.any(Number),
      exp: expect.any(Number),
      txn: expect.stringMatching(/^[\w-]{22}$/),
      sub: "alice",
      scope: "read write",
      req_wl: "dpop-edge",
      tctx: { order: 1 },
      rctx: { req_ip: "192.0.2.1" },
      act,
    });
  });

  test("is each request's own", async () => {
    const world = createWorld(withRule({ finalizers: [{ ...internal, ...shape }] as never }));
    const [one, two] = [await forwarded({}, {}, world), await forwarded({}, {}, world)].map(
      (headers) => decodeJwt(headers.get("Txn-Token") ?? ""),
    );
    expect(one?.txn).not.toBe(two?.txn);
  });

  test("is verified by who expects one, and by nobody else", async () => {
    const world = createWorld(withRule({ finalizers: [{ ...internal, ...shape }] as never }));
    const headers = await forwarded({}, {}, world);
    const { keys } = await world.authorizer.publicKeys();
    const common = {
      jwks: { keys: keys.map((key) => ({ ...key, kty: String(key.kty) })) },
      audience: "upstream",
      now: () => world.clock.seconds * 1000,
    };
    const verified = await createVerifier({ ...common, shape: "transaction_token" }).verify(
      headers,
    );
    expect(verified).toMatchObject({ ok: true, claims: { sub: "alice" } });
    const header = { name: "Txn-Token", scheme: "" };
    const mistaken = await createVerifier({ ...common, header }).verify(headers);
    expect(mistaken).toMatchObject({ ok: false });
  });

  test("needs its trust domain", () => {
    const text = spoil(
      mechanisms,
      "ttl: 1m, audience: upstream",
      "ttl: 1m, shape: transaction_token",
    );
    expect(problemsOf(compilePair({ mechanisms: text })).map(({ reason }) => reason)).toEqual([
      "a transaction token's audience is its one trust domain",
    ]);
  });
});
