import type { Configuration, JwtFinalizer } from "../src/configuration.ts";
import { createNonces } from "../src/dpop/nonce.ts";
import { parseClaims } from "../src/mint/template.ts";
import type { EdgeRequest } from "../src/runtime.ts";
import {
  clientKey,
  createWorld,
  dpopProof,
  noNonce,
  origin,
  request,
  type World,
  withRule,
} from "../test/core/authorizer/world.ts";

/** One thing to be timed: `run(i)` for i from 0 to `count` - 1, each with a proof of its own. */
export interface Case {
  readonly name: string;
  readonly run: (index: number) => Promise<unknown>;
}

const { finalizers, ...rule } = noNonce.rules[0] ?? withRule({}).rules[0] ?? fail("no rule");
const jwt = finalizers.find((each): each is JwtFinalizer => each.type === "jwt") ?? fail("no jwt");
const changing: JwtFinalizer = {
  ...jwt,
  claims: parseClaims('{"url": {{ quote .Request.URL.String }}}'),
};
const withFinalizers = (chosen: readonly JwtFinalizer[]): Configuration => ({
  ...noNonce,
  rules: [{ ...rule, finalizers: chosen }],
});

/** The cases, each made ready for `count` runs, in whatever runtime this is. */
export async function cases(count: number): Promise<readonly Case[]> {
  return [
    await rawVerify(),
    ...minting(),
    await warm("warm decision, nothing minted", count, []),
    await warm("warm decision, internal token reused", count, [jwt]),
    await warm("warm decision, internal token minted", count, [changing]),
    await cold("cold decision, internal token minted", count, [changing]),
  ];
}

/** What a decision cannot do without: the proof's signature. */
async function rawVerify(): Promise<Case> {
  const proof = await dpopProof(clientKey, "token", 0);
  const [header = "", payload = "", signature = ""] = proof.split(".");
  const key = await crypto.subtle.importKey(
    "jwk",
    clientKey.publicJwk,
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["verify"],
  );
  const data = new TextEncoder().encode(`${header}.${payload}`);
  const bytes = Uint8Array.from(
    atob(signature.replaceAll("-", "+").replaceAll("_", "/")),
    (character) => character.charCodeAt(0),
  );
  return {
    name: "one raw ES256 verify",
    run: async () => {
      const good = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes, data);
      if (!good) fail("the raw signature does not verify");
    },
  };
}

/** What it costs that no challenge repeats a nonce: the second over the first. */
function minting(): readonly Case[] {
  const signing = { kid: "bench", bytes: new Uint8Array(32) };
  const nonces = createNonces({
    keys: async () => ({ signing, all: [signing] }),
    now: () => 0,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  });
  return [
    { name: "a nonce shared within its second", run: () => nonces.mintShared(origin) },
    { name: "a nonce of its own, for a challenge", run: () => nonces.mint(origin) },
  ];
}

async function warm(name: string, count: number, chosen: readonly JwtFinalizer[]): Promise<Case> {
  const world = createWorld(withFinalizers(chosen));
  const requests = await signed(world, count + 1);
  await allowed(world, requests[count]);
  return { name, run: (index) => allowed(world, requests[index]) };
}

/** A new isolate for every request: keys fetched and imported, the token verified, secrets parsed. */
async function cold(name: string, count: number, chosen: readonly JwtFinalizer[]): Promise<Case> {
  const requests = await signed(createWorld(withFinalizers(chosen)), count);
  return {
    name,
    run: (index) => allowed(createWorld(withFinalizers(chosen)), requests[index]),
  };
}

async function signed(world: World, count: number): Promise<readonly EdgeRequest[]> {
  const token = await world.accessToken({ cnf: { jkt: clientKey.jkt } });
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const proof = await dpopProof(clientKey, token, world.clock.seconds);
      const url = `${origin}/api/x?call=${index}`;
      return request({ Authorization: `DPoP ${token}`, DPoP: proof }, { url });
    }),
  );
}

async function allowed(world: World, sent: EdgeRequest | undefined): Promise<void> {
  const decision = await world.authorizer.authorize(sent ?? fail("no request"));
  if (decision.kind !== "allow") fail(`refused: ${decision.code}`);
}

function fail(why: string): never {
  throw new Error(why);
}
