import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from "jose";
import { createAuthorizer } from "../../../src/authorizer.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import type { Equipped } from "../../../src/mechanisms.ts";
import {
  clientKey,
  configuration,
  createWorld,
  dpopProof,
  request,
} from "../../core/authorizer/world.ts";

const nonceKey = (kid: string) => ({
  kty: "oct",
  kid,
  k: kid.repeat(30).slice(0, 42).padEnd(43, "A"),
});
async function signingKey(kid: string) {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: "ES256" };
}
export const [s1, s2] = [await signingKey("s1"), await signingKey("s2")];
export const [k1, k2] = [nonceKey("k1"), nonceKey("k2")];

/** What is deployed: two secrets, and which key of each the documents select. */
export interface Deployed {
  readonly nonceKeys: ReadonlyArray<{ readonly kid: string }>;
  readonly nonceKey: string;
  readonly signingKeys: ReadonlyArray<{ readonly kid: string }>;
  /** Absent: the only one there is. */
  readonly signingKey: string | undefined;
}
export const first: Deployed = {
  nonceKeys: [k1],
  nonceKey: "k1",
  signingKeys: [s1],
  signingKey: "s1",
};
/** What asks the health page. */
export const monitor = "a-long-monitor-secret";

export function settingsOf({ nonceKey: selector, signingKey }: Deployed): Equipped {
  return {
    ...configuration,
    secrets: {
      ...configuration.secrets,
      monitor: { kind: "inline", from: { binding: "MONITOR" } },
    },
    health: { access: { source: "monitor" } },
    needs: ["health"],
    mechanisms: allMechanisms,
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

function secretOf({ nonceKeys, signingKeys }: Deployed, binding: string): string {
  if (binding === "MONITOR") return monitor;
  return JSON.stringify({ keys: binding === "SIGNING_KEYS" ? signingKeys : nonceKeys });
}

/** How long a key set may be kept (its Cache-Control), and a step that is rolled out. */
export const cached = 300;
const rollout = 20;
const instances = 4;
export const pause = 4;

/**
 * Instances that take over one by one, honest clients, and an upstream that keeps the published keys
 * for five minutes.
 */
export async function fleet(begins = first) {
  const issuer = createWorld();
  const { clock } = issuer;
  const now = () => clock.seconds * 1000;
  const replay = createMemoryReplay({ now, window: configuration.replay.window });
  const instanceOf = (deployed: Deployed) =>
    createAuthorizer(settingsOf(deployed), {
      now,
      fetch: () => issuer.jwks(),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      secret: (from) => secretOf(deployed, "binding" in from ? from.binding : ""),
      replay,
      emit: () => undefined,
    });
  const running = Array.from({ length: instances }, () => instanceOf(begins));
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

  /** Instance after instance, while requests come. `most`: only so many of them. */
  async function deploy(deployed: Deployed, most = instances): Promise<void> {
    for (let index = 0; index < most; index += 1) {
      running[index] = instanceOf(deployed);
      await pass(rollout / instances);
    }
  }

  /** What a look from outside gets: of one instance, as the next request does. */
  async function page(url: string, { headers }: RequestInit): Promise<Response> {
    const asked = Object.fromEntries(new Headers(headers));
    const answer = await any().authorize(request(asked, { url }));
    if (!("status" in answer)) throw new Error(`${answer.kind} in place of a page`);
    return new Response("body" in answer ? answer.body : null, answer);
  }
  return { pass, deploy, page, troubles, nonces, any, issuer };
}
