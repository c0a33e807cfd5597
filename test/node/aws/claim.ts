import { replayDigest } from "../../../src/dpop/replay-key.ts";
import type { Claim } from "../../../src/runtime.ts";

/** A claim of now, with a nonce that names `region`, or none. */
export async function claimOf(jti: string, region = ""): Promise<Claim> {
  return {
    digest: await replayDigest("key", jti),
    iat: Math.floor(Date.now() / 1000),
    jkt: "key",
    route: new TextEncoder().encode(region),
  };
}
