import { describe, expect, test } from "vitest";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import { type Revocable, revocationId } from "../../../src/revocation/entry.ts";
import { createMemoryRevocations } from "../../../src/revocation/memory.ts";
import type { Claim } from "../../../src/runtime.ts";
import { call, code, revoking } from "./revoking.ts";
import {
  clientKey,
  configuration,
  createWorld,
  noNonce,
  request,
  start,
  withAuthenticator,
} from "./world.ts";

function begin(settings = revoking()) {
  const revocations = createMemoryRevocations({ now: () => start * 1000 });
  const claims: Claim[] = [];
  const replay = (now: () => number) => {
    const memory = createMemoryReplay({ now, window: settings.replay.window });
    return {
      claim: async (claim: Claim) => {
        claims.push(claim);
        return await memory.claim(claim);
      },
    };
  };
  const world = createWorld(settings, replay, undefined, revocations);
  const revoke = async (kind: Revocable, value: string, until = start + 3600) => {
    const id = await revocationId(kind, value);
    await revocations.change({ revoke: [{ id, until }], lift: [] });
    world.clock.seconds += 10;
    return id;
  };
  return { world, revocations, revoke, claims };
}

describe("who is revoked is shut out", () => {
  test.each([
    ["its key", "jkt", clientKey.jkt],
    ["its token", "jti", "token-7"],
    ["its subject", "sub", "alice"],
  ] as const)("by %s: 401 invalid_token, within the bound and no later", async (_, kind, value) => {
    const { world, revoke } = begin();
    const claims = { jti: "token-7" };
    expect(await code(world, { claims })).toBe("allow");
    await revoke(kind, value);
    const refused = await call(world, { claims });
    expect(refused).toMatchObject({ kind: "refuse", code: "token.revoked", status: 401 });
    expect(refused.headers.get("WWW-Authenticate")).toMatch(/^DPoP error="invalid_token"/);
    expect(world.events.at(-1)).toMatchObject({
      code: "token.revoked",
      revocation: "checked",
      expected: "a token, a key and a subject that nobody has revoked",
      found: `its ${kind}, revoked until 2027-01-15T09:00:00.000Z`,
    });
  });

  test("and nobody else is", async () => {
    const { world, revoke } = begin();
    await revoke("jkt", "another key");
    await revoke("jti", clientKey.jkt);
    await revoke("sub", "token-7");
    await revoke("sub", "alice2");
    await revoke("jti", "alice");
    expect(await code(world, { claims: { jti: "token-7" } })).toBe("allow");
    expect(world.events.at(-1)).toMatchObject({ outcome: "allow", revocation: "checked" });
  });

  test("a token whose jti is a number, as some issuers write it, is shut out by that too", async () => {
    const { world, revoke } = begin();
    await revoke("jti", "7");
    expect(await code(world, { claims: { jti: 7 } })).toBe("token.revoked");
    expect(world.events.at(-1)?.token).toMatch(/^[\da-f]{16}$/);
    expect(await code(world, { claims: { jti: 8 } })).toBe("allow");
  });

  test("a token without jti is shut out by its key and its subject alone", async () => {
    const { world, revoke } = begin();
    await revoke("jti", "undefined");
    expect(await code(world)).toBe("allow");
  });

  test("until the entry ends, or is taken back", async () => {
    const { world, revoke, revocations } = begin();
    await revoke("jkt", clientKey.jkt, start + 60);
    expect(await code(world)).toBe("token.revoked");
    world.clock.seconds = start + 59;
    expect(await code(world)).toBe("token.revoked");
    world.clock.seconds = start + 60;
    expect(await code(world)).toBe("allow");
    const id = await revoke("jkt", clientKey.jkt, start + 9000);
    expect(await code(world)).toBe("token.revoked");
    await revocations.change({ revoke: [], lift: [id] });
    world.clock.seconds += 10;
    expect(await code(world)).toBe("allow");
  });

  test("a subject that the principal is made of, or the claim sub where that is another", async () => {
    const principal = { id: "email", attributes: "@this" };
    for (const subject of ["alice@example.com", "alice"]) {
      const { world, revoke } = begin(revoking(withAuthenticator({ ...passing, principal })));
      await revoke("sub", subject);
      expect(await code(world, { claims: { email: "alice@example.com" } })).toBe("token.revoked");
    }
  });
});

const passing = {
  possession: { enforcement: "required", maxAge: 60, nonceRequired: false, replayAllowed: false },
} as const;

describe("where it stands in the line", () => {
  test("before the replay claim: a revoked key uses up nothing", async () => {
    const { world, revoke, claims } = begin();
    await revoke("jkt", clientKey.jkt);
    expect(await code(world)).toBe("token.revoked");
    expect(claims).toEqual([]);
  });

  test("after the proof: who only has the token is not told that it is revoked", async () => {
    const { world, revoke } = begin();
    await revoke("jkt", clientKey.jkt);
    expect(await code(world, { proof: { htm: "POST" } })).toBe("proof.htm");
  });

  test("after the nonce: a challenge tells nothing either", async () => {
    const { world, revoke } = begin(revoking(configuration));
    await revoke("jkt", clientKey.jkt);
    expect(await code(world)).toBe("nonce.missing");
  });

  test.each(["opportunistic", "shadow"] as const)(
    "a Bearer token too, also in %s",
    async (enforcement) => {
      const possession = { ...passing.possession, enforcement };
      const { world, revoke } = begin(revoking(withAuthenticator({ possession })));
      const bearer = async () =>
        await world.authorizer.authorize(
          request({ Authorization: `Bearer ${await world.accessToken()}` }),
        );
      expect((await bearer()).kind).toBe("allow");
      await revoke("sub", "alice");
      expect(await bearer()).toMatchObject({ code: "token.revoked", status: 401 });
    },
  );
});

describe("what an event line shows can be revoked", () => {
  test.each(["jkt", "sub", "token"] as const)("by its %s", async (field) => {
    const { world, revocations } = begin();
    const claims = { jti: "token-7" };
    expect(await code(world, { claims })).toBe("allow");
    const kind = field === "token" ? "jti" : field;
    const id = `${kind}.event.${world.events.at(-1)?.[field]}`;
    await revocations.change({ revoke: [{ id, until: start + 3600 }], lift: [] });
    world.clock.seconds += 10;
    expect(await code(world, { claims })).toBe("token.revoked");
    expect(await code(world, { claims: { jti: "token-8", sub: "bob" } })).toBe(
      field === "jkt" ? "token.revoked" : "allow",
    );
  });

  test("also while the master key is rotated, for as long as the old one is in its source", async () => {
    const { world, revocations } = begin();
    await code(world);
    const id = `jkt.event.${world.events.at(-1)?.jkt}`;
    await revocations.change({ revoke: [{ id, until: start + 3600 }], lift: [] });
    const key = (kid: string, k: string) => ({ kty: "oct", kid, k: k.repeat(43) });
    const rotated = createWorld(
      revoking({ ...noNonce, masterKey: { source: "nonce_keys", selector: "k2" } }),
      undefined,
      undefined,
      revocations,
    );
    rotated.secrets.DPOP_NONCE_KEYS = JSON.stringify({ keys: [key("k1", "A"), key("k2", "E")] });
    expect(await code(rotated)).toBe("token.revoked");
  });
});
