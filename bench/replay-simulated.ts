import { ClaimMemory } from "../src/replay/claim-memory.ts";
import { createShardedReplay } from "../src/replay/store.ts";
import {
  clientKey,
  configuration,
  createWorld,
  dpopProof,
  request,
  start,
} from "../test/core/authorizer/world.ts";
import { createShardHost, type ShardHost } from "../test/core/replay/shard-host.ts";

// The real code on a clock that is turned by hand: what depends on time and not on the machine.

const window = 130;
/** Seconds after which an idle object gives back, and after which it loses its memory. */
const givesBackAfter = 5;
const evictedAfter = 10;

/** Writes of a shard, and messages to it, per claim, at a steady rate for ten minutes. */
export async function rowsAClaim(period: number): Promise<number> {
  let seconds = start;
  const now = () => seconds * 1000;
  const host = createShardHost({ now, window });
  const store = createShardedReplay({ ...settings, ask: host.ask, now });
  const route = (await store.nonceRoute?.("key")) ?? new Uint8Array(0);
  const claims = Math.max(20, Math.round(600 / period));
  const before = host.writes();
  for (let number = 1; number <= claims; number += 1) {
    const digest = new Uint8Array(32);
    new DataView(digest.buffer).setUint32(0, number);
    const iat = Math.floor(seconds);
    const verdict = await store.claim({ digest, iat, jkt: "key", route });
    if (verdict !== "fresh") throw new Error(`claim ${number} was ${verdict}`);
    seconds += period;
    await idle(host, period);
  }
  return (host.writes() - before) / claims;
}

/** Of 1,000 requests of one client with a steady rhythm, how many were challenged. */
export async function challenges(period: number): Promise<number> {
  let host: ShardHost | undefined;
  const world = createWorld(configuration, (now) => {
    host = createShardHost({ now, window });
    return createShardedReplay({ ...settings, ask: host.ask, now });
  });
  let nonce: string | undefined;
  let challenged = 0;
  for (let calls = 0; calls < 1000; calls += 1) {
    const token = await world.accessToken({ cnf: { jkt: clientKey.jkt } });
    for (;;) {
      const proof = await dpopProof(clientKey, token, Math.floor(world.clock.seconds), { nonce });
      const asked = request({ Authorization: `DPoP ${token}`, DPoP: proof });
      const decision = await world.authorizer.authorize(asked);
      if (decision.kind === "preflight") throw new Error("a preflight");
      if (decision.kind === "allow") {
        nonce = decision.responseHeaders(new Headers(), 200).get("DPoP-Nonce") ?? nonce;
        break;
      }
      challenged += 1;
      nonce = decision.headers.get("DPoP-Nonce") ?? undefined;
      if (nonce === undefined) throw new Error(`refused for good: ${decision.code}`);
    }
    world.clock.seconds += period;
    if (host !== undefined) await idle(host, period);
  }
  return challenged;
}

async function idle(host: ShardHost, seconds: number): Promise<void> {
  if (seconds > evictedAfter) await host.evict();
  else if (seconds > givesBackAfter) await host.giveBack();
}

const settings = {
  mode: "generation" as const,
  shards: 16,
  home: 3,
  region: () => "none" as const,
};

export interface Footprint {
  readonly ours: number;
  readonly stringSet: number;
}

/** Bytes for each of a million proofs: ours, and as strings in a Set. */
export function bytesAProof(count = 1_000_000): Footprint {
  const memory = new ClaimMemory(crypto.getRandomValues(new Uint8Array(8)));
  const strings = new Set<string>();
  const digest = Buffer.alloc(32);
  const next = (number: number): Buffer => {
    for (let at = 0; at < 32; at += 4)
      digest.writeUInt32BE(Math.imul(number + at, 0x9e3779b1) >>> 0, at);
    return digest;
  };
  const used = () => process.memoryUsage().heapUsed;
  for (let number = 1; number <= count; number += 1)
    memory.add(next(number), start + (number % window));
  const before = used();
  for (let number = 1; number <= count; number += 1)
    strings.add(next(number).toString("base64url"));
  const stringSet = (used() - before) / strings.size;
  return { ours: memory.bytes / memory.size, stringSet };
}
