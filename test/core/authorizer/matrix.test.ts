import { describe, expect, test } from "vitest";
import type { RefusalCode } from "../../../src/decision.ts";
import {
  createWorld,
  dpopProof,
  type KeyPair,
  keyPair,
  request,
  type World,
  withAuthenticator,
} from "./world.ts";

// Every combination of scheme, token, proof, nonce and replay under both enforcements, with and
// without required nonces, against what the RFCs demand, written once more and independently.

const schemes = ["none", "Bearer", "DPoP", "dpop"] as const;
const tokens = ["bound", "unbound", "expired", "audience", "forged"] as const;
const proofs = ["none", "good", "other key", "method", "url", "stale", "ath"] as const;
const nonceKinds = ["none", "live", "expired", "forged"] as const;
const replays = ["fresh", "replayed"] as const;

interface Scenario {
  readonly scheme: (typeof schemes)[number];
  readonly token: (typeof tokens)[number];
  readonly proof: (typeof proofs)[number];
  readonly nonce: (typeof nonceKinds)[number];
  readonly replay: (typeof replays)[number];
  readonly enforcement: "required" | "opportunistic";
  readonly nonceRequired: boolean;
}

const tokenCode = {
  expired: "token.expired",
  audience: "token.audience",
  forged: "token.signature",
} as const;
const proofCode = {
  "other key": "token.binding",
  method: "proof.htm",
  url: "proof.htu",
  stale: "proof.iat",
  ath: "proof.ath",
} as const;

function expected(s: Scenario): RefusalCode | "allow" {
  if (s.scheme === "none") return "credentials.missing";
  const dpop = s.scheme !== "Bearer";
  if (dpop && s.proof === "none") return "proof.missing";
  if (s.token !== "bound" && s.token !== "unbound") return tokenCode[s.token];
  if (!dpop) {
    if (s.token === "bound") return "token.downgraded";
    if (s.proof !== "none") return "credentials.malformed";
    return s.enforcement === "required" ? "token.unbound" : "allow";
  }
  if (s.token === "unbound") return "token.unbound";
  if (s.proof !== "good" && s.proof !== "none") return proofCode[s.proof];
  if (s.nonce === "forged") return "nonce.invalid";
  if (s.nonceRequired && s.nonce === "none") return "nonce.missing";
  if (s.nonceRequired && s.nonce === "expired") return "nonce.expired";
  return s.replay === "replayed" ? "proof.replayed" : "allow";
}

const statusOf = (code: RefusalCode) => (code === "credentials.malformed" ? 400 : 401);
const errorOf = (code: RefusalCode) => {
  if (code === "credentials.missing") return undefined;
  if (code === "credentials.malformed") return "invalid_request";
  if (code.startsWith("nonce.")) return "use_dpop_nonce";
  return code.startsWith("proof.") ? "invalid_dpop_proof" : "invalid_token";
};

async function liveNonce(world: World, key: KeyPair): Promise<string> {
  const token = await world.accessToken({ cnf: { jkt: key.jkt } });
  // A nonce that is not ours is challenged whether nonces are required or not.
  const proof = await dpopProof(key, token, world.clock.seconds, { nonce: "not-ours" });
  const decision = await world.authorizer.authorize(
    request({ Authorization: `DPoP ${token}`, DPoP: proof }),
  );
  const nonce = decision.headers.get("DPoP-Nonce");
  if (nonce === null) throw new Error("no nonce in the challenge");
  return nonce;
}

async function tokenFor(world: World, s: Scenario, key: KeyPair): Promise<string> {
  const cnf = { jkt: key.jkt };
  switch (s.token) {
    case "bound":
      return await world.accessToken({ cnf });
    case "unbound":
      return await world.accessToken();
    case "expired":
      return await world.accessToken({ cnf, exp: world.clock.seconds - 11 });
    case "audience":
      return await world.accessToken({ cnf, aud: "https://elsewhere.example" });
    case "forged": {
      const [header, payload] = (await world.accessToken({ cnf })).split(".");
      const [, , signature] = (await world.accessToken({ cnf, sub: "mallory" })).split(".");
      return `${header}.${payload}.${signature}`;
    }
  }
}

async function proofFor(
  world: World,
  s: Scenario,
  keys: { readonly client: KeyPair; readonly thief: KeyPair },
  token: string,
  nonces: Record<Scenario["nonce"], string | undefined>,
): Promise<string | undefined> {
  const now = world.clock.seconds;
  const nonce = nonces[s.nonce];
  const claims = nonce === undefined ? {} : { nonce };
  switch (s.proof) {
    case "none":
      return undefined;
    case "good":
      return await dpopProof(keys.client, token, now, claims);
    case "other key":
      return await dpopProof(keys.thief, token, now, claims);
    case "method":
      return await dpopProof(keys.client, token, now, { ...claims, htm: "POST" });
    case "url":
      return await dpopProof(keys.client, token, now, {
        ...claims,
        htu: "https://api.example.com/other",
      });
    case "stale":
      return await dpopProof(keys.client, token, now - 71, claims);
    case "ath":
      return await dpopProof(keys.client, `${token}x`, now, claims);
  }
}

describe.each([
  { enforcement: "required", nonceRequired: true },
  { enforcement: "required", nonceRequired: false },
  { enforcement: "opportunistic", nonceRequired: true },
  { enforcement: "opportunistic", nonceRequired: false },
] as const)("$enforcement, nonce required: $nonceRequired", ({ enforcement, nonceRequired }) => {
  test.each(schemes)("scheme %s", async (scheme) => {
    const world = createWorld(
      withAuthenticator({
        possession: { enforcement, nonceRequired, maxAge: 60, replayAllowed: false },
      }),
    );
    const keys = { client: await keyPair(), thief: await keyPair() };
    const expired = await liveNonce(world, keys.client);
    world.clock.seconds += 61;
    const live = await liveNonce(world, keys.client);
    const nonces = { none: undefined, live, expired, forged: `${live.slice(0, -4)}AAAA` };
    const outcomes = new Set<string>();

    for (const token of tokens)
      for (const proof of proofs)
        for (const nonce of nonceKinds)
          for (const replay of replays) {
            const scenario = { scheme, token, proof, nonce, replay, enforcement, nonceRequired };
            outcomes.add(await runScenario(world, scenario, keys, nonces));
          }
    expect(outcomes.size).toBeGreaterThan(scheme === "none" ? 0 : 3);
  });
});

async function runScenario(
  world: World,
  scenario: Scenario,
  keys: { readonly client: KeyPair; readonly thief: KeyPair },
  nonces: Record<Scenario["nonce"], string | undefined>,
): Promise<string> {
  const token = await tokenFor(world, scenario, keys.client);
  const proof = await proofFor(world, scenario, keys, token, nonces);
  const headers = {
    ...(scenario.scheme === "none" ? {} : { Authorization: `${scenario.scheme} ${token}` }),
    ...(proof === undefined ? {} : { DPoP: proof }),
  };
  if (scenario.replay === "replayed") await world.authorizer.authorize(request(headers));
  world.events.length = 0;
  const decision = await world.authorizer.authorize(request(headers));
  const code = expected(scenario);
  const label = JSON.stringify(scenario);

  expect(world.events, label).toHaveLength(1);
  expect(decision.kind === "allow" ? "allow" : decision.code, label).toBe(code);
  if (decision.kind === "allow" || code === "allow") {
    expect(decision.headers.has("WWW-Authenticate"), label).toBe(false);
    return "allow";
  }
  const error = errorOf(code);
  const challenge = decision.headers.get("WWW-Authenticate") ?? "";
  expect(decision.status, label).toBe(statusOf(code));
  expect(challenge, label).toMatch(/^DPoP( |$)/);
  if (error) expect(challenge, label).toContain(`error="${error}"`);
  else expect(challenge, label).not.toContain("error");
  const carriesNonce =
    decision.status === 401 && (scenario.nonceRequired || error === "use_dpop_nonce");
  expect(decision.headers.has("DPoP-Nonce"), label).toBe(carriesNonce);
  expect(decision.headers.get("Cache-Control"), label).toBe("no-store");
  expect(JSON.parse(decision.body ?? ""), label).toMatchObject({
    code,
    ...(error ? { error } : {}),
  });
  expect(world.events[0], label).toMatchObject({ outcome: "refuse", code });
  return code;
}
