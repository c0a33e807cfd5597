import { describe, expect, test } from "vitest";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { mostRevocations, revocationId } from "../../../src/revocation/entry.ts";
import { createMemoryRevocations } from "../../../src/revocation/memory.ts";
import type { RevocationStore } from "../../../src/runtime.ts";
import {
  clientKey,
  createWorld,
  noNonce,
  origin,
  request,
  signedHeaders,
  start,
  type World,
} from "./world.ts";

const url = `${origin}/.well-known/dpop-edge/revocations`;
const secret = "0123456789abcdef0123456789abcdef";
const asks = { Authorization: `Bearer ${secret}` };
const id = await revocationId("jkt", clientKey.jkt);
const until = start + 3600;

function begin(changed: { store?: RevocationStore; access?: boolean } = {}) {
  const { store = createMemoryRevocations({ now: () => start * 1000 }), access = true } = changed;
  const world = createWorld(
    {
      ...noNonce,
      secrets: {
        ...noNonce.secrets,
        operators: { kind: "inline", from: { binding: "OPERATORS" } },
      },
      revocation: {
        staleness: 10,
        onFailure: "refuse",
        ...(access ? { access: { source: "operators" } } : {}),
      },
      health: { access: { source: "operators" } },
      needs: ["revocation", "health"],
      mechanisms: allMechanisms,
    },
    undefined,
    undefined,
    store,
  );
  world.secrets.OPERATORS = secret;
  return world;
}

async function send(world: World, body?: unknown, changed: Record<string, unknown> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const bytes = new TextEncoder().encode(text);
  const { headers = asks, ...more } = changed;
  const answer = await world.authorizer.authorize(
    request(
      { ...(headers as Record<string, string>) },
      {
        url,
        method: body === undefined ? "GET" : "POST",
        body: async (limit) => (bytes.byteLength > limit ? undefined : bytes),
        ...more,
      },
    ),
  );
  if (answer.kind !== "revocations") return answer.kind === "refuse" ? answer.code : answer.kind;
  return { status: answer.status, headers: answer.headers, told: told(answer.body) };
}

const told = (body: string | undefined) => (body === undefined ? undefined : JSON.parse(body));

const call = async (world: World) => {
  const decision = await world.authorizer.authorize(request({ ...(await signedHeaders(world)) }));
  return decision.kind === "refuse" ? decision.code : decision.kind;
};

describe("the page of revocations", () => {
  test("is not there without access", async () => {
    expect(await send(begin({ access: false }))).toBe("rule.unauthorized");
  });

  test("revokes, lists and lifts, and its own isolate knows at once", async () => {
    const world = begin();
    expect(await call(world)).toBe("allow");
    expect(await send(world, { revoke: [{ id, until }] })).toMatchObject({
      status: 200,
      told: { revoked: 1, lifted: 0 },
    });
    expect(await call(world)).toBe("token.revoked");
    expect(await send(world)).toMatchObject({ status: 200, told: { entries: [{ id, until }] } });
    expect(await send(world, { lift: [id] })).toMatchObject({ told: { revoked: 0, lifted: 1 } });
    expect(await call(world)).toBe("allow");
    expect(world.events.map(({ outcome }) => outcome)).toContain("revocations");
  });

  test("tells no entry that is over", async () => {
    const world = begin();
    await send(world, { revoke: [{ id, until }] });
    world.clock.seconds = until;
    expect(await send(world)).toMatchObject({ told: { entries: [] } });
  });

  test.each([
    ["no secret", {}],
    ["another", { Authorization: `Bearer ${secret.replace("f", "F")}` }],
    ["a longer one", { Authorization: `Bearer ${secret}0` }],
    ["another scheme", { Authorization: `Basic ${secret}` }],
    ["two of them", { Authorization: `Bearer ${secret}, Bearer ${secret}` }],
  ])("does and tells nothing for who sends %s, and reads no body", async (_, headers) => {
    const store = createMemoryRevocations({ now: () => start * 1000 });
    const world = begin({ store });
    let read = false;
    const body = async () => {
      read = true;
      return new Uint8Array();
    };
    for (const method of ["GET", "POST", "PUT"]) {
      const answer = await send(world, { revoke: [{ id, until }] }, { headers, body, method });
      expect(answer).toMatchObject({ status: 401, told: undefined });
    }
    expect(read).toBe(false);
    expect((await store.read()).entries).toEqual([]);
  });

  test.each([
    ["no JSON", "revoke"],
    ["a member twice", `{"lift": ["${id}"], "lift": []}`],
    ["no object", []],
    ["nothing", {}],
    ["another member", { revoke: [{ id, until }], all: true }],
    ["no list", { revoke: { id, until } }],
    ["an id that is none", { revoke: [{ id: "jkt.sha256.short", until }] }],
    ["an id that is none, to lift", { lift: ["__proto__"] }],
    ["a member more", { revoke: [{ id, until, why: "stolen" }] }],
    ["no end", { revoke: [{ id }] }],
    ["an end in words", { revoke: [{ id, until: "tomorrow" }] }],
    ["an end with a fraction", { revoke: [{ id, until: until + 0.5 }] }],
    ["an end in milliseconds", { revoke: [{ id, until: until * 1000 }] }],
    ["an end that is over", { revoke: [{ id, until: start }] }],
    [
      "a line's hash for a month",
      { revoke: [{ id: `sub.event.${"0".repeat(16)}`, until: start + 30 * 86_400 }] },
    ],
    [
      "one of two that is wrong",
      {
        revoke: [
          { id, until },
          { id, until: 0 },
        ],
      },
    ],
  ])("refuses %s, and does nothing of it", async (_, body) => {
    const store = createMemoryRevocations({ now: () => start * 1000 });
    const answer = await send(begin({ store }), body);
    expect(answer).toMatchObject({ status: 400, told: { error: expect.any(String) } });
    expect((await store.read()).entries).toEqual([]);
  });

  test("takes a line's hash for a week", async () => {
    const entry = { id: `sub.event.${"0".repeat(16)}`, until: start + 7 * 86_400 };
    expect(await send(begin(), { revoke: [entry] })).toMatchObject({ status: 200 });
  });

  test("a body that is too long, or that the platform does not hand over, is none", async () => {
    const world = begin();
    expect(await send(world, " ".repeat(65_537))).toMatchObject({ status: 400 });
    expect(await send(world, {}, { body: undefined })).toMatchObject({ status: 400 });
  });

  test("says where the list is full, and where it does not answer", async () => {
    const full = createMemoryRevocations({ now: () => start * 1000, limit: 0 });
    expect(await send(begin({ store: full }), { revoke: [{ id, until }] })).toMatchObject({
      status: 409,
      told: { error: expect.stringContaining(`${mostRevocations}`) },
    });
    const gone = async () => Promise.reject(new Error("secret text of a store"));
    const answer = await send(begin({ store: { read: gone, change: gone } }), { lift: [id] });
    expect(answer).toMatchObject({ status: 503 });
    expect(JSON.stringify(answer)).not.toContain("secret text");
    expect(await send(begin({ store: { read: gone } }), { lift: [id] })).toMatchObject({
      status: 405,
    });
  });

  test("has two methods", async () => {
    const world = begin();
    for (const method of ["PUT", "DELETE", "OPTIONS", "HEAD"]) {
      const answer = await send(world, undefined, { method });
      expect(answer).toMatchObject({ status: 405, told: undefined });
    }
  });

  test.each(["", "short", "0123456789abcdef0123456789abcde", `${secret}\n`, `${secret} x`])(
    "is closed, and the deployment unhealthy, while the secret is %j",
    async (weak) => {
      const world = begin();
      world.secrets.OPERATORS = weak;
      expect(await send(world, undefined, { headers: { Authorization: `Bearer ${weak}` } })).toBe(
        "internal",
      );
      expect(world.events.at(-1)?.fault).toMatch(/operators|serve\.revocation\.access/);
      await expect(world.authorizer.ready()).rejects.toThrow(/operators|32 characters/);
    },
  );
});

describe("the health page", () => {
  const health = async (world: World) => {
    const page = `${origin}/.well-known/dpop-edge/health`;
    const answer = await world.authorizer.authorize(request({ ...asks }, { url: page }));
    const { checks } = told("body" in answer ? answer.body : undefined);
    return [answer.kind === "health" && answer.status, checks["revocation list"]];
  };

  test("says whether the list is fresh", async () => {
    expect(await health(begin())).toEqual([200, "ok"]);
    let down = false;
    const memory = createMemoryRevocations({ now: () => start * 1000 });
    const world = begin({
      store: { read: async () => (down ? Promise.reject(new Error("gone")) : await memory.read()) },
    });
    expect(await health(world)).toEqual([200, "ok"]);
    down = true;
    world.clock.seconds += 9;
    expect(await health(world)).toEqual([200, "ok"]);
    world.clock.seconds += 1;
    expect(await health(world)).toEqual([503, "Error: gone"]);
  });

  test("says that entries match nobody", async () => {
    const entries = [{ id: "jkt.sha256.typed-by-hand", until }];
    const world = begin({ store: { read: async () => ({ version: "1", entries }) } });
    expect(await health(world)).toEqual([503, expect.stringContaining("match nobody")]);
  });
});
