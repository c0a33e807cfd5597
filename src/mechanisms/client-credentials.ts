import { BoundedMap } from "../bounded-map.ts";
import type { ClientCredentialsFinalizer } from "../configuration.ts";
import { settlesWithin } from "../deadline.ts";
import { Refused } from "../decision.ts";
import { fetchToken, isUsable, type KeptToken } from "../introspection/client-credentials.ts";
import type { FinalizerCode } from "../mechanisms.ts";
import { FetchError } from "../token/fetch-json.ts";

/** As many as documents have finalizers, and more. */
const mostKept = 100;

/**
 * The finalizer `oauth2_client_credentials`: a token of the edge's own for the upstream (RFC 6749
 * section 4.4). Kept until shortly before it ends; without one nothing passes.
 */
export const clientCredentials: FinalizerCode<ClientCredentialsFinalizer> = (kit) => {
  const kept = new BoundedMap<string, KeptToken>(mostKept);
  const asking = new Map<string, Promise<KeptToken>>();

  async function fetched(finalizer: ClientCredentialsFinalizer, anew: boolean): Promise<KeptToken> {
    try {
      return await fetchToken(kit, finalizer, anew);
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      throw new Refused("policy.unavailable", { expected: "a token", found: error.message });
    }
  }

  /** One fetch at a time for one token; the requests of its time share it, as far as they may. */
  async function tokenFor(finalizer: ClientCredentialsFinalizer): Promise<string> {
    const { if: _, header: __, id: ___, mechanism: ____, ...asked } = finalizer;
    const key = JSON.stringify(asked);
    const known = kept.get(key);
    if (known && isUsable(known, kit.runtime.now())) return known.token;
    const underway =
      asking.get(key) ?? fetched(finalizer, false).catch(() => fetched(finalizer, true));
    asking.set(key, underway);
    // A request that is cancelled on Workers never settles what it began.
    const inTime = settlesWithin((2 * finalizer.endpoint.timeout + 1) * 1000, underway);
    // The proofs of all who wait are used up: who leaves meanwhile has an event all the same.
    kit.runtime.outlive?.(inTime);
    try {
      if (!(await inTime))
        throw new Refused("policy.unavailable", { expected: "a token", found: "none in time" });
      const fresh = await underway;
      kept.set(key, fresh);
      return fresh.token;
    } finally {
      if (asking.get(key) === underway) asking.delete(key);
    }
  }

  return async (finalizer) => {
    const token = await tokenFor(finalizer);
    const { name, scheme } = finalizer.header;
    return [[name, scheme === "" ? token : `${scheme} ${token}`]];
  };
};
