import type { Possession, SecretReference } from "../configuration.ts";
import { Fault, Refused } from "../decision.ts";
import { type Secrets, select } from "../secrets.ts";
import type { NonceKeys, Nonces } from "./nonce.ts";

/** What a proof's nonce means for the request that carries it. */
export interface NonceOutcome {
  /** Where the proof is judged; empty without a nonce. */
  readonly route: Uint8Array<ArrayBuffer>;
  /** A fresh nonce should ride on the success, so that a steady client is never challenged. */
  readonly refresh: boolean;
  /** Absent where there are no nonces of ours. */
  readonly state?: "absent" | "live" | "aging" | "expired";
  /** Seconds since the epoch. */
  readonly issuedAt?: number;
}

const nowhere: NonceOutcome = { route: new Uint8Array(0), refresh: false };

/**
 * RFC 9449 section 9. A nonce that is not ours is always challenged; one that is too old only
 * where nonces are required, and it still says where its proof is judged. Without a master key
 * there are no nonces of ours, and what clients send is ignored.
 * Throws nonce.missing, nonce.invalid, nonce.expired.
 */
export async function checkNonce(
  nonces: Nonces | undefined,
  nonce: string | undefined,
  possession: Pick<Possession, "maxAge" | "nonceRequired">,
  expected: { readonly origin: string; readonly leeway: number },
): Promise<NonceOutcome> {
  if (nonces === undefined) {
    if (possession.nonceRequired)
      throw new Fault("A nonce is required, but there is no master_key.");
    return nowhere;
  }
  if (nonce === undefined) {
    if (possession.nonceRequired) throw new Refused("nonce.missing");
    return { ...nowhere, state: "absent" };
  }
  const reading = await nonces.read(nonce, { ...expected, maxAge: possession.maxAge });
  if (reading.state === "invalid") throw new Refused("nonce.invalid");
  if (reading.state === "expired" && possession.nonceRequired) throw new Refused("nonce.expired");
  const { route, issuedAt } = reading;
  const state = reading.state === "live" && reading.aging ? "aging" : reading.state;
  return { route, refresh: state !== "live", state, issuedAt };
}

/** All keys of the master key's source verify; the selected one signs, so keys can be rotated. */
export async function nonceKeys(secrets: Secrets, masterKey: SecretReference): Promise<NonceKeys> {
  const all = await secrets.symmetricKeys(masterKey);
  return { signing: select(all, masterKey), all };
}
