import { replayDigest } from "../../../src/dpop/replay-key.ts";
import type { Claim } from "../../../src/runtime.ts";

/** A claim of now, with a nonce of this route, or none. */
export async function claimOf(
  jti: string,
  route: Uint8Array<ArrayBuffer> = new Uint8Array(0),
): Promise<Claim> {
  return {
    digest: await replayDigest("key", jti),
    iat: Math.floor(Date.now() / 1000),
    jkt: "key",
    route,
  };
}
