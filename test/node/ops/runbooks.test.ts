import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, test } from "vitest";
import { createAuthorizer } from "../../../src/authorizer.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import type { DecisionEvent } from "../../../src/event.ts";
import {
  clientKey,
  createWorld,
  dpopProof,
  issuer,
  noNonce,
  origin,
  request,
  signedHeaders,
  type World,
  withAuthenticator,
} from "../../core/authorizer/world.ts";

// docs/runbooks, step by step: what each page says of codes, statuses and what then happens.

type Signed = { readonly Authorization: string; readonly DPoP: string };

async function outcome({ authorizer }: Pick<World, "authorizer">, headers: Signed) {
  const decision = await authorizer.authorize(request({ ...headers }));
  return decision.kind === "refuse" ? decision.code : decision.kind;
}

test("an issuer's key is compromised: withdrawn, and the edge deployed anew, it is worth nothing", async () => {
  const world = createWorld(noNonce);
  const fresh = await generateKeyPair("ES256", { extractable: true });
  const newSet = {
    keys: [{ ...(await exportJWK(fresh.publicKey)), kid: "issuer-2", alg: "ES256" }],
  };
  expect(await outcome(world, await signedHeaders(world))).toBe("allow");
  const withdrawn = async () => Response.json(newSet);
  world.jwks = withdrawn;

  // Step 3: an instance that runs still knows the key ...
  world.clock.seconds += 60;
  const thiefs = await signedHeaders(world);
  expect(await outcome(world, thiefs)).toBe("allow");
  // ... a new one does not.
  const deployed = createWorld(noNonce);
  deployed.clock.seconds = world.clock.seconds;
  deployed.jwks = withdrawn;
  expect(await outcome(deployed, await signedHeaders(world))).toBe("token.key");
  // Who logs in again passes, and an instance that sees the new kid forgets the old key.
  const { clock } = world;
  const token = await new SignJWT({
    iss: issuer,
    sub: "alice",
    aud: origin,
    client_id: "agent",
    iat: clock.seconds,
    exp: clock.seconds + 300,
    cnf: { jkt: clientKey.jkt },
  })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "issuer-2" })
    .sign(fresh.privateKey);
  for (const each of [deployed, world]) {
    const DPoP = await dpopProof(clientKey, token, clock.seconds);
    expect(await outcome(each, { Authorization: `DPoP ${token}`, DPoP })).toBe("allow");
  }
  expect(await outcome(world, await signedHeaders(world))).toBe("token.key");

  // Step 3: an issuer that does not answer is worse, for an hour more than cache_ttl.
  const silent = createWorld(noNonce);
  expect(await outcome(silent, await signedHeaders(silent))).toBe("allow");
  silent.jwks = () => Promise.reject(new Error("down"));
  silent.clock.seconds += 600 + 3500;
  expect(await outcome(silent, await signedHeaders(silent))).toBe("allow");
  silent.clock.seconds += 200;
  expect(await outcome(silent, await signedHeaders(silent))).toBe("keys.unavailable");
});

test("the store is down: nothing passes, nothing is used up, and it mends itself", async () => {
  let down = true;
  const failing = (now: () => number) => {
    const memory = createMemoryReplay({ now, window: noNonce.replay.window });
    return {
      claim: (claim: Parameters<typeof memory.claim>[0]) =>
        down ? Promise.reject(new Error("no store")) : memory.claim(claim),
    };
  };
  const world = createWorld(noNonce, failing);
  const headers = await signedHeaders(world);
  const refused = await world.authorizer.authorize(request({ ...headers }));
  expect(refused).toMatchObject({ kind: "refuse", code: "replay.unavailable", status: 503 });
  expect("headers" in refused && refused.headers.has("Retry-After")).toBe(true);
  expect(world.events.at(-1)?.found).toContain("no store");

  // Step 4: replays pass, everything else is still judged.
  const possession = { enforcement: "required", maxAge: 60, nonceRequired: false } as const;
  const replayed = { ...possession, replayAllowed: true };
  const lenient = createWorld(withAuthenticator({ possession: replayed }), failing);
  const twice = await signedHeaders(lenient);
  expect(await outcome(lenient, twice)).toBe("allow");
  expect(await outcome(lenient, twice)).toBe("allow");
  const elsewhere = await signedHeaders(lenient, { proof: { htu: `${origin}/api/other` } });
  expect(await outcome(lenient, elsewhere)).toBe("proof.htu");

  // Steps 3 and 5: the store is back, and the proof that could not be judged is still good, once.
  down = false;
  expect(await outcome(world, headers)).toBe("allow");
  expect(await outcome(world, headers)).toBe("proof.replayed");
});

test.each([
  ["the client's, ahead", {}, { iat: 300 }, "proof.iat", 300],
  ["the client's, behind", {}, { iat: -300 }, "proof.iat", -300],
  ["the issuer's, ahead", { nbf: 60, iat: 60, exp: 360 }, {}, "token.early", undefined],
  ["the issuer's, behind", { iat: -400, exp: -100 }, {}, "token.expired", undefined],
])("a clock is off, %s", async (_, claims, proof, code, ahead) => {
  const settings = (leeway: number) =>
    withAuthenticator({
      leeway,
      possession: {
        enforcement: "required",
        maxAge: 60,
        nonceRequired: false,
        replayAllowed: false,
      },
    });
  const at = (offsets: Record<string, number>, seconds: number) =>
    Object.fromEntries(Object.entries(offsets).map(([name, by]) => [name, seconds + by]));
  const sent = (world: World) =>
    signedHeaders(world, {
      claims: at(claims, world.clock.seconds),
      proof: at(proof, world.clock.seconds),
    });
  const world = createWorld(settings(10));
  expect(await outcome(world, await sent(world))).toBe(code);
  if (ahead !== undefined) {
    expect(world.events.at(-1)?.proof_age).toBe(-ahead);
    return;
  }
  // Step 2: the leeway helps with the issuer's, until it is set.
  const wide = createWorld(settings(120));
  expect(await outcome(wide, await sent(wide))).toBe("allow");
});

test("a flood: its lines are few and count all of it, no keys are fetched for it, and others are served", async () => {
  const events: DecisionEvent[] = [];
  let fetches = 0;
  const issuing = createWorld(noNonce);
  const now = () => issuing.clock.seconds * 1000;
  const settings = { ...noNonce, events: { path: true, sampleAllowed: 1, foldAbove: 100 } };
  const authorizer = createAuthorizer(settings, {
    now,
    fetch: () => {
      fetches += 1;
      return issuing.jwks();
    },
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    secret: (from) => ("binding" in from ? issuing.secrets[from.binding] : undefined),
    replay: createMemoryReplay({ now, window: settings.replay.window }),
    emit: (event) => events.push(event),
  });
  const edge = { authorizer };
  const strange = await issuing.accessToken({}, { kid: "made-up" });
  for (let sent = 0; sent < 3000; sent += 1) {
    const code = await outcome(edge, { Authorization: `DPoP ${strange}`, DPoP: "a.b.c" });
    if (code === "allow") throw new Error("a stranger passed");
  }
  expect(await outcome(edge, await signedHeaders(issuing))).toBe("allow");
  expect(fetches).toBeLessThan(3);
  issuing.clock.seconds += 11;
  expect(await outcome(edge, await signedHeaders(issuing))).toBe("allow");
  const refused = events.filter((event) => event.outcome === "refuse");
  expect(refused.length).toBeLessThan(120);
  expect(refused.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(3000);
});
