import type { ClientAuthentication, Endpoint } from "../configuration.ts";
import type { Kit } from "../mechanisms.ts";
import { askEndpoint } from "../token/ask-endpoint.ts";
import { FetchError, jsonObject, place } from "../token/fetch-json.ts";
import { authenticateClient } from "./client-authentication.ts";

/** Seconds before its end from which a token is not used again: the way there, and its clock. */
const reserve = 5;

/** A token that the edge has got for itself. Milliseconds since the epoch. */
export interface KeptToken {
  readonly token: string;
  readonly from: number;
  readonly until: number;
}

export interface ClientCredentialsGrant {
  readonly endpoint: Endpoint;
  readonly client: ClientAuthentication;
  readonly scopes: readonly string[];
  /** Seconds; absent: as long as the answer says. */
  readonly cacheTtl?: number | undefined;
}

/** Both ends: a clock that was set back makes no token young. */
export function isUsable({ from, until }: KeptToken, now: number): boolean {
  return from <= now && now < until;
}

/** RFC 6749 section 4.4. `anew`: the secret at hand did not serve. Throws a FetchError. */
export async function fetchToken(
  kit: Pick<Kit, "runtime" | "secrets">,
  { endpoint, client, scopes, cacheTtl }: ClientCredentialsGrant,
  anew: boolean,
): Promise<KeptToken> {
  const from = kit.runtime.now();
  const { headers, form } = await authenticateClient(client, endpoint.url, kit, anew);
  const asked = { grant_type: "client_credentials", ...form };
  const scope = scopes.length > 0 ? { scope: scopes.join(" ") } : {};
  const { status, text } = await askEndpoint(kit.runtime.fetch, kit.secrets, endpoint, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...asked, ...scope }).toString(),
    anew,
  });
  const where = place(endpoint.url);
  if (status !== 200) throw new FetchError(`${where} answered ${status}`);
  const { access_token: token, expires_in: lasts } = jsonObject(text, where);
  // It goes into a header: what else is in it would be another one.
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
    throw new FetchError(`${where} answered no access token`);
  return { token, from, until: from + keepFor(lasts, cacheTtl) * 1000 };
}

/** Seconds; 0: not at all, since nobody says how long, or what is said is no number. */
function keepFor(lasts: unknown, cacheTtl: number | undefined): number {
  const said = lasts === undefined || lasts === null ? cacheTtl : Number(lasts);
  const longest = Math.min(said ?? 0, cacheTtl ?? Number.POSITIVE_INFINITY);
  return longest > reserve ? longest - reserve : 0;
}
