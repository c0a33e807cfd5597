import type { TokenDemands } from "./configuration.ts";
import { type Principal, Refused } from "./decision.ts";

/** What an access token says, as far as a principal is made of it. */
interface Identity {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  readonly clientId?: string;
  readonly jkt?: string;
  /** Seconds since the epoch; absent: as the claim `exp` says. */
  readonly end?: number;
}

/** The caller, by the authenticator's `principal` paths. Throws token.malformed without an id. */
export function principalOf(token: Identity, authenticator: TokenDemands): Principal {
  const { id: idPath, attributes: attributesPath } = authenticator.principal;
  const id = claimAt(token.claims, idPath);
  if ((typeof id !== "string" && typeof id !== "number") || id === "") {
    throw new Refused("token.malformed", { expected: `a principal at ${idPath}` });
  }
  const attributes = claimAt(token.claims, attributesPath);
  const end = token.end ?? token.claims.exp;
  return {
    id: String(id),
    attributes: isRecord(attributes) ? attributes : {},
    scopes: token.scopes,
    ...(typeof end === "number" ? { notAfter: end + authenticator.leeway } : {}),
    ...(token.clientId === undefined ? {} : { clientId: token.clientId }),
    ...(token.jkt === undefined ? {} : { jkt: token.jkt }),
  };
}

/** `@this` is all claims; a claim whose own name has dots wins over the path. */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (path === "@this") return claims;
  if (Object.hasOwn(claims, path)) return claims[path];
  let found: unknown = claims;
  for (const name of path.split(".")) {
    if (!isRecord(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
