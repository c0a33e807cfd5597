import { expect, test } from "vitest";
import { clientKey, dpopProof, request } from "../../core/authorizer/world.ts";
import { cached, type Deployed, first, fleet, k1, k2, pause, s1, s2 } from "../rotate/fleet.ts";

// docs/runbooks: a fleet under traffic, of which nobody may notice.

/** Of the documents: how long nonces live. */
const maxAge = 60;

// The order matters: each of these is noticed by the traffic above.
test.each<[string, Partial<Deployed>, string]>([
  ["a master key that is replaced at once", { nonceKeys: [k2], nonceKey: "k2" }, "nonce.invalid"],
  [
    "a signing key that is used before it is known",
    { signingKeys: [s1, s2], signingKey: "s2" },
    "the upstream knows no such key",
  ],
  [
    "a second signing key before the documents select one",
    { signingKeys: [s1, s2], signingKey: undefined },
    "internal",
  ],
])("%s is noticed", async (_, changed, trouble) => {
  const { pass, deploy, troubles } = await fleet();
  await pass(maxAge);
  await deploy({ ...first, ...changed });
  await pass(maxAge);
  expect(troubles).toContain(trouble);
});

test("a compromised master key, replaced at once: one challenge each, and the thief's nonces are void", async () => {
  const stolen = await fleet();
  await stolen.pass(pause);
  const [thiefs] = stolen.nonces;
  const { pass, deploy, troubles, nonces, any, issuer } = await fleet();
  await pass(maxAge);
  // As --compromised does: under the id that the documents select.
  await deploy({ ...first, nonceKeys: [{ ...k2, kid: "k1" }] });
  expect(new Set(troubles)).toEqual(new Set(["nonce.invalid"]));
  troubles.length = 0;
  await pass(maxAge);
  expect([troubles, nonces.every((nonce) => nonce !== undefined)]).toEqual([[], true]);
  const token = await issuer.accessToken({ cnf: { jkt: clientKey.jkt } });
  const proof = await dpopProof(clientKey, token, issuer.clock.seconds, { nonce: thiefs });
  const decision = await any().authorize(request({ Authorization: `DPoP ${token}`, DPoP: proof }));
  expect(decision).toMatchObject({ kind: "refuse", code: "nonce.invalid" });
});

test("rolled back with both keys in their sets: nobody is refused", async () => {
  const { pass, deploy, troubles } = await fleet();
  await pass(maxAge);
  const both = { ...first, nonceKeys: [k1, k2], signingKeys: [s1, s2] };
  await deploy(both);
  await pass(cached);
  await deploy({ ...both, nonceKey: "k2", signingKey: "s2" });
  await pass(maxAge);
  await deploy(both);
  await pass(maxAge);
  expect(troubles).toEqual([]);
});

test.each<[string, Partial<Deployed>, string]>([
  ["to documents that select a key that is gone", { nonceKeys: [k2], nonceKey: "k1" }, "internal"],
  ["to the old key alone", { nonceKeys: [k1], nonceKey: "k1" }, "nonce.invalid"],
])("rolled back %s: it is noticed", async (_, back, trouble) => {
  const { pass, deploy, troubles } = await fleet();
  await pass(maxAge);
  await deploy({ ...first, nonceKeys: [k1, k2] });
  await deploy({ ...first, nonceKeys: [k1, k2], nonceKey: "k2" });
  await pass(maxAge);
  expect(troubles).toEqual([]);
  await deploy({ ...first, ...back });
  await pass(maxAge);
  expect(troubles).toContain(trouble);
});
