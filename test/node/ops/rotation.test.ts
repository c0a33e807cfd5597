import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { createAuthorizer } from "../../../src/authorizer.ts";
import type { Configuration } from "../../../src/configuration.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import {
  clientKey,
  configuration,
  createWorld,
  dpopProof,
  request,
} from "../../core/authorizer/world.ts";

// docs/runbooks: a fleet whose instances take over one by one, honest clients, and an upstream that
// keeps the published keys for five minutes. Nobody may notice.

const nonceKey = (kid: string) => ({
  kty: "oct",
  kid,
  k: kid.repeat(30).slice(0, 42).padEnd(43, "A"),
});
async function signingKey(kid: string) {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: "ES256" };
}
const [s1, s2] = [await signingKey("s1"), await signingKey("s2")];
const [k1, k2] = [nonceKey("k1"), nonceKey("k2")];

/** What is deployed: two secrets, and which key of each the documents select. */
interface Deployed {
  readonly nonceKeys: readonly object[];
  readonly nonceKey: string;
  readonly signingKeys: readonly object[];
  /** Absent: the only one there is. */
  readonly signingKey: string | undefined;
}
const first: Deployed = { nonceKeys: [k1], nonceKey: "k1", signingKeys: [s1], signingKey: "s1" };

function settingsOf({ nonceKey: selector, signingKey }: Deployed): Configuration {
  return {
    ...configuration,
    masterKey: { source: "nonce_keys", selector },
    rules: configuration.rules.map((rule) => ({
      ...rule,
      finalizers: rule.finalizers.map((each) =>
        each.type === "jwt" && signingKey !== undefined
          ? { ...each, signer: { ...each.signer, selector: signingKey } }
          : each,
      ),
    })),
  };
}

/** How long a key set may be kept (its Cache-Control), and a step that is rolled out. */
const cached = 300;
const rollout = 20;
const instances = 4;
const pause = 4;

async function fleet() {
  const issuer = createWorld();
  const { clock } = issuer;
  const now = () => clock.seconds * 1000;
  const replay = createMemoryReplay({ now, window: configuration.replay.window });
  const instanceOf = (deployed: Deployed) =>
    createAuthorizer(settingsOf(deployed), {
      now,
      fetch: () => issuer.jwks(),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      secret: (from) =>
        JSON.stringify({
          keys:
            "binding" in from && from.binding === "SIGNING_KEYS"
              ? deployed.signingKeys
              : deployed.nonceKeys,
        }),
      replay,
      emit: () => undefined,
    });
  const running = Array.from({ length: instances }, () => instanceOf(first));
  let turn = 0;
  const any = () => {
    turn = (turn * 5 + 3) % 16;
    const instance = running[turn % instances];
    if (instance === undefined) throw new Error("no instance");
    return instance;
  };
  const nonces: (string | undefined)[] = [undefined, undefined, undefined];
  const troubles: string[] = [];
  let known:
    | { readonly keys: ReturnType<typeof createLocalJWKSet>; readonly at: number }
    | undefined;

  async function verifiedUpstream(headers: Headers): Promise<boolean> {
    if (known === undefined || clock.seconds - known.at >= cached) {
      const { keys } = await any().publicKeys();
      known = { keys: createLocalJWKSet({ keys: keys as never }), at: clock.seconds };
    }
    const token = headers.get("Authorization")?.replace("Bearer ", "") ?? "";
    const options = { currentDate: new Date(now()) };
    return await jwtVerify(token, known.keys, options).then(
      () => true,
      () => false,
    );
  }

  /** One request of each client, as an honest one sends it: with the newest nonce that it has. */
  async function traffic(): Promise<void> {
    for (const [client, nonce] of nonces.entries()) {
      const token = await issuer.accessToken({ cnf: { jkt: clientKey.jkt } });
      const claims = nonce === undefined ? {} : { nonce };
      const proof = await dpopProof(clientKey, token, clock.seconds, claims);
      const decision = await any().authorize(
        request({ Authorization: `DPoP ${token}`, DPoP: proof }),
      );
      const headers =
        decision.kind === "allow"
          ? decision.responseHeaders(new Headers(), 200)
          : "headers" in decision
            ? decision.headers
            : new Headers();
      nonces[client] = headers.get("DPoP-Nonce") ?? nonce;
      if (decision.kind === "refuse" && nonce !== undefined) troubles.push(`${decision.code}`);
      if (decision.kind === "allow" && !(await verifiedUpstream(decision.headers)))
        troubles.push("the upstream knows no such key");
    }
  }

  async function pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += pause) {
      clock.seconds += pause;
      await traffic();
    }
  }

  /** Instance after instance, while requests come. */
  async function deploy(deployed: Deployed): Promise<void> {
    for (let index = 0; index < instances; index += 1) {
      running[index] = instanceOf(deployed);
      await pass(rollout / instances);
    }
  }
  return { pass, deploy, troubles, traffic, nonces, any, issuer };
}

/** Of the documents: how long nonces and internal tokens live. */
const maxAge = 60;
const ttl = 60;

test("the master key, in the order of the runbook: nobody is refused", async () => {
  const { pass, deploy, troubles } = await fleet();
  await pass(maxAge);
  const both = { ...first, nonceKeys: [k1, k2] };
  await deploy(both);
  await deploy({ ...both, nonceKey: "k2" });
  await pass(maxAge);
  await deploy({ ...first, nonceKeys: [k2], nonceKey: "k2" });
  await pass(maxAge);
  expect(troubles).toEqual([]);
});

test("the signing key, in the order of the runbook: nobody is refused, here or upstream", async () => {
  const { pass, deploy, troubles } = await fleet();
  await pass(maxAge);
  const both = { ...first, signingKeys: [s1, s2] };
  await deploy(both);
  await pass(cached);
  await deploy({ ...both, signingKey: "s2" });
  await pass(ttl);
  await deploy({ ...first, signingKeys: [s2], signingKey: "s2" });
  await pass(cached);
  expect(troubles).toEqual([]);
});

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
  await deploy({ ...first, nonceKeys: [k2], nonceKey: "k2" });
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
