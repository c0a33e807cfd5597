import { BoundedMap } from "../bounded-map.ts";
import type { ClientCredentialsFinalizer } from "../configuration.ts";
import { settlesWithin } from "../deadline.ts";
import { Refused } from "../decision.ts";
import { authenticateClient } from "../introspection/client-authentication.ts";
import type { FinalizerCode } from "../mechanisms.ts";
import { askEndpoint } from "../token/ask-endpoint.ts";
import { FetchError, jsonObject, place } from "../token/fetch-json.ts";

/** How long before its end a token is not used again: the way to the upstream, and its clock. */
const reserve = 5;
/** As many as documents have finalizers, and more. */
const mostKept = 100;

interface Kept {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/**
 * The finalizer `oauth2_client_credentials`: a token of the edge's own for the upstream (RFC 6749
 * section 4.4). Kept until shortly before it ends; without one nothing passes.
 */
export const clientCredentials: FinalizerCode<ClientCredentialsFinalizer> = (kit) => {
  const kept = new BoundedMap<string, Kept>(mostKept);
  const { runtime } = kit;
  const asking = new Map<string, Promise<Kept>>();

  async function fetched(finalizer: ClientCredentialsFinalizer, anew: boolean): Promise<Kept> {
    const { endpoint, client, scopes } = finalizer;
    const from = runtime.now();
    try {
      const { headers, form } = await authenticateClient(client, endpoint.url, kit, anew);
      const asked = { grant_type: "client_credentials", ...form };
      const body = new URLSearchParams(
        scopes.length > 0 ? { ...asked, scope: scopes.join(" ") } : asked,
      );
      const { status, text } = await askEndpoint(runtime.fetch, kit.secrets, endpoint, {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/x-www-form-urlencoded" },
        body: body.toString(),
        anew,
      });
      const where = place(endpoint.url);
      if (status !== 200) throw new FetchError(`${where} answered ${status}`);
      const { access_token: token, expires_in: lasts } = jsonObject(text, where);
      // It goes into a header: what else is in it would be another one.
      if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
        throw new FetchError(`${where} answered no access token`);
      const ends =
        typeof lasts === "number" || typeof lasts === "string" ? Number(lasts) : undefined;
      return { token, from, until: from + keepFor(finalizer.cacheTtl, ends) * 1000 };
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      throw new Refused("policy.unavailable", { expected: "a token", found: error.message });
    }
  }

  /** One fetch at a time for one token; the requests of its time share it, as far as they may. */
  async function tokenFor(finalizer: ClientCredentialsFinalizer): Promise<string> {
    const { if: _, header: __, id: ___, mechanism: ____, ...asked } = finalizer;
    const key = JSON.stringify(asked);
    const now = runtime.now();
    const known = kept.get(key);
    if (known && known.from <= now && now < known.until) return known.token;
    const underway =
      asking.get(key) ?? fetched(finalizer, false).catch(() => fetched(finalizer, true));
    asking.set(key, underway);
    try {
      // A request that is cancelled on Workers never settles what it began.
      const bound = (2 * finalizer.endpoint.timeout + 1) * 1000;
      if (!(await settlesWithin(bound, underway)))
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

/** Seconds; 0: not at all, since nobody says how long. */
function keepFor(cacheTtl: number | undefined, lasts: number | undefined): number {
  if (lasts !== undefined && !(lasts > 0)) return 0;
  const longest = lasts === undefined ? cacheTtl : Math.min(lasts, cacheTtl ?? lasts);
  return Math.max(0, (longest ?? 0) - reserve);
}
