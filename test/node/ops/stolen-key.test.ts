import { expect, test } from "vitest";
import { idsOf, type Named } from "../../../cli/revoke/ids.ts";
import { createMemoryRevocations } from "../../../src/revocation/memory.ts";
import { revoking } from "../../core/authorizer/revoking.ts";
import {
  clientKey,
  createWorld,
  dpopProof,
  type KeyPair,
  keyPair,
  noNonce,
  request,
} from "../../core/authorizer/world.ts";

// docs/runbooks/stolen-key.md, step by step: what it says of codes and of what then happens.

const day = 86_400;

test("a client's key is stolen: shut out by what a line shows, then by its thumbprint; a new key passes", async () => {
  const revocations = createMemoryRevocations({ now: () => world.clock.seconds * 1000 });
  const world = createWorld(revoking(noNonce), undefined, undefined, revocations);
  const calls = async (key: KeyPair) => {
    const token = await world.accessToken({ cnf: { jkt: key.jkt } });
    const DPoP = await dpopProof(key, token, world.clock.seconds);
    const decision = await world.authorizer.authorize(
      request({ Authorization: `DPoP ${token}`, DPoP }),
    );
    return decision.kind === "refuse" ? decision.code : decision.kind;
  };
  /** As `dpop-edge revoke` does, and a staleness later. */
  const revoke = async (named: Named, days: number) => {
    const until = world.clock.seconds + days * day;
    const revoke = (await idsOf(named)).map((id) => ({ id, until }));
    await revocations.change({ revoke, lift: [] });
    world.clock.seconds += 10;
  };

  // Steps 1 and 2: a line of the thief's is enough.
  expect(await calls(clientKey)).toBe("allow");
  const jkt = world.events.at(-1)?.jkt ?? "";
  await revoke({ jkt: [jkt], fromEvent: true }, 7);
  // Step 3: thief and client are shut out, and the line is one of the same key.
  expect(await calls(clientKey)).toBe("token.revoked");
  expect(world.events.at(-1)).toMatchObject({ code: "token.revoked", jkt });

  // Step 5: what was revoked is the key.
  const fresh = await keyPair();
  expect(await calls(fresh)).toBe("allow");
  await revoke({ sub: ["alice"] }, 1);
  expect(await calls(fresh)).toBe("token.revoked");
  await revocations.change({ revoke: [], lift: await idsOf({ sub: ["alice"] }) });
  world.clock.seconds += 10;
  expect(await calls(fresh)).toBe("allow");

  // Step 6: an entry of a line ends after 7 days, one of the thumbprint when it was told to.
  world.clock.seconds += 7 * day;
  expect(await calls(clientKey)).toBe("allow");
  await revoke({ jkt: [clientKey.jkt] }, 30);
  world.clock.seconds += 29 * day;
  expect(await calls(clientKey)).toBe("token.revoked");
  expect(await calls(fresh)).toBe("allow");
});
