import { BoundedMap } from "../bounded-map.ts";
import type { ClientCredentials } from "../configuration.ts";
import { authenticateClient } from "../introspection/client-authentication.ts";
import type { Kit } from "../mechanisms.ts";
import { askEndpoint } from "../token/ask-endpoint.ts";
import type { ClientTokenCode } from "../token/client-token.ts";
import { FetchError, jsonObject, place } from "../token/fetch-json.ts";

/** Seconds before its end from which a token is not used again: the way there, and its clock. */
const reserve = 5;
/** As many as documents have endpoints, and more. */
const mostKept = 100;

interface Kept {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** Tokens for endpoints (RFC 6749 section 4.4), each kept until shortly before it ends. */
export function clientTokens(kit: Pick<Kit, "runtime" | "secrets">): ClientTokenCode {
  const kept = new BoundedMap<string, Kept>(mostKept);
  const { runtime, secrets } = kit;
  return async (credentials, anew) => {
    const key = JSON.stringify(credentials);
    const known = anew ? undefined : kept.get(key);
    const now = runtime.now();
    if (known && known.from <= now && now < known.until) return known.token;
    const fresh = await fetched(credentials, anew);
    kept.set(key, fresh);
    return fresh.token;
  };

  async function fetched(
    { token: endpoint, client, scopes, cacheTtl }: ClientCredentials,
    anew: boolean,
  ): Promise<Kept> {
    const from = runtime.now();
    const { headers, form } = await authenticateClient(client, endpoint.url, kit, anew);
    const asked = { grant_type: "client_credentials", ...form };
    const scope = scopes.length > 0 ? { scope: scopes.join(" ") } : {};
    const { status, text } = await askEndpoint(runtime.fetch, secrets, endpoint, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...asked, ...scope }).toString(),
      anew,
    });
    const where = place(endpoint.url);
    if (status !== 200) throw new FetchError(`${where} answered ${status}`);
    const answer = jsonObject(text, where);
    // It goes into a header: what else is in it would be another one.
    if (typeof answer.access_token !== "string" || !/^[\x21-\x7e]+$/.test(answer.access_token)) {
      throw new FetchError(`${where} answered no access token`);
    }
    const until = from + keepFor(Number(answer.expires_in ?? Number.NaN), cacheTtl) * 1000;
    return { token: answer.access_token, from, until };
  }
}

/** Seconds; 0: not at all, since nobody says how long. */
function keepFor(lasts: number, cacheTtl: number | undefined): number {
  const said = Number.isNaN(lasts) ? cacheTtl : Math.min(lasts, cacheTtl ?? lasts);
  return Math.max(0, (said ?? 0) - reserve);
}
