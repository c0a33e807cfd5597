import { expect, test } from "vitest";
import { clientKey, createWorld, dpopProof, noNonce, request, type World } from "./world.ts";

const challenges = 60;

async function callWith(world: World, token: string, nonce?: string) {
  const claims = nonce === undefined ? {} : { nonce };
  const proof = await dpopProof(clientKey, token, world.clock.seconds, claims);
  return await world.authorizer.authorize(request({ Authorization: `DPoP ${token}`, DPoP: proof }));
}

const tokenOf = (world: World) => world.accessToken({ cnf: { jkt: clientKey.jkt } });

test("parallel challenges of one second: as many nonces", async () => {
  const world = createWorld();
  const token = await tokenOf(world);
  const decisions = await Promise.all(
    Array.from({ length: challenges }, () => callWith(world, token)),
  );
  expect(new Set(decisions.map(({ headers }) => headers.get("DPoP-Nonce"))).size).toBe(challenges);
});

test.each([
  ["nobody's credentials", {}],
  ["a token that is none", { Authorization: "DPoP abc", DPoP: "abc" }],
])("%s: a 401 that asks for no nonce carries the one of its second", async (_, headers) => {
  const world = createWorld();
  const refused = async () => {
    const decision = await world.authorizer.authorize(request({ ...headers }));
    return decision.headers.get("DPoP-Nonce");
  };
  const first = await refused();
  expect(first).toBeTruthy();
  expect(await refused()).toBe(first);
  world.clock.seconds += 1;
  expect(await refused()).not.toBe(first);
});

/** As five real clients do: a challenge whose nonce is the one at hand is given up on. */
async function comparingClient(world: World, token: string, held: { nonce?: string }) {
  const first = await callWith(world, token, held.nonce);
  if (first.kind === "allow") return "allow";
  const offered = first.headers.get("DPoP-Nonce") ?? undefined;
  if (offered === undefined || offered === held.nonce) return "gave up";
  held.nonce = offered;
  return (await callWith(world, token, offered)).kind;
}

test("parallel cold calls of a client that compares nonces all pass", async () => {
  const world = createWorld();
  const token = await tokenOf(world);
  const held: { nonce?: string } = {};
  const calls = Array.from({ length: 5 }, () => comparingClient(world, token, held));
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 5 }, () => "allow"));
});

test("after a success that carried one, a challenge carries another", async () => {
  const world = createWorld();
  const token = await tokenOf(world);
  const challenge = await callWith(world, token);
  world.clock.seconds += 31;
  const aging = challenge.headers.get("DPoP-Nonce") ?? "";
  const passed = await callWith(world, token, aging);
  if (passed.kind !== "allow") expect.unreachable();
  const riding = passed.responseHeaders(new Headers(), 200).get("DPoP-Nonce");
  expect(riding).toBeTruthy();
  expect((await callWith(world, token)).headers.get("DPoP-Nonce")).not.toBe(riding);
});

test("a challenge where none is required is of its own too", async () => {
  const world = createWorld(noNonce);
  const token = await tokenOf(world);
  const decisions = await Promise.all(
    Array.from({ length: challenges }, () => callWith(world, token, "not ours")),
  );
  expect(new Set(decisions.map(({ headers }) => headers.get("DPoP-Nonce"))).size).toBe(challenges);
  expect(decisions.every((each) => each.kind === "refuse" && each.code === "nonce.invalid")).toBe(
    true,
  );
});
