import { Refused } from "../decision.ts";
import type { Claim, ReplayStore, Verdict } from "../runtime.ts";
import { replayDigest } from "./replay-key.ts";

/**
 * RFC 9449 section 11.1: a proof is accepted once. The last of the checks, so that a bad proof
 * burns nothing; asked once, since a second question would find our own first one.
 * Throws proof.replayed, nonce.invalid (another store answers for it), replay.unavailable.
 */
export async function claimOnce(
  store: ReplayStore,
  proof: { readonly jkt: string; readonly jti: string; readonly iat: number },
  route: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const digest = await replayDigest(proof.jkt, proof.jti);
  const verdict = await judge(store, { digest, iat: proof.iat, jkt: proof.jkt, route });
  switch (verdict) {
    case "fresh":
      return;
    case "replayed":
      throw new Refused("proof.replayed");
    case "elsewhere":
      throw new Refused("nonce.invalid", { found: "a nonce that another store answers for" });
    case "stale":
      // The proof is young enough by our own clock: it is not the client's that is wrong.
      throw new Refused("replay.unavailable", staleDetail);
  }
  // A store of another version could answer with what we do not know: that is not `fresh`.
  throw new Refused("replay.unavailable", { found: `verdict ${String(verdict satisfies never)}` });
}

const staleDetail = {
  expected: "a replay store whose clock agrees with ours to a minute",
  found:
    "an iat that our clock accepts and the replay store has no memory of: the store's clock was ahead " +
    "and stepped back, or the clocks differ; it ends when the slower one has caught up",
};

async function judge(store: ReplayStore, claim: Claim): Promise<Verdict> {
  try {
    return await store.claim(claim);
  } catch (fault) {
    throw unavailable(fault);
  }
}

/**
 * What a nonce for this sender must carry; undefined: none can be minted now. `jkt` only of who
 * has proven possession; `accepted` only with a success: the route of its proof. Throws
 * replay.unavailable.
 */
export async function nonceRoute(
  store: ReplayStore,
  jkt: string | undefined,
  accepted?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (store.nonceRoute === undefined) return new Uint8Array(0);
  try {
    return await store.nonceRoute(jkt, accepted);
  } catch (fault) {
    throw unavailable(fault);
  }
}

function unavailable(fault: unknown): Refused {
  const found = fault instanceof Error ? `${fault.name}: ${fault.message}` : "no error object";
  return new Refused("replay.unavailable", { found });
}
