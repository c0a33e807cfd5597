import { BoundedMap } from "../bounded-map.ts";
import { fetchToken, isUsable, type KeptToken } from "../introspection/client-credentials.ts";
import type { Kit } from "../mechanisms.ts";
import type { ClientTokenCode } from "../token/client-token.ts";

/** As many as documents have endpoints, and more. */
const mostKept = 100;

/** Tokens for endpoints (RFC 6749 section 4.4), each kept until shortly before it ends. */
export function clientTokens(kit: Pick<Kit, "runtime" | "secrets">): ClientTokenCode {
  const kept = new BoundedMap<string, KeptToken>(mostKept);
  return async (credentials, anew) => {
    const key = JSON.stringify(credentials);
    const known = anew ? undefined : kept.get(key);
    if (known && isUsable(known, kit.runtime.now())) return known.token;
    const fresh = await fetchToken(kit, { ...credentials, endpoint: credentials.token }, anew);
    kept.set(key, fresh);
    return fresh.token;
  };
}
