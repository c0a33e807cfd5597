import type { ClaimPathCode } from "./claim-path/evaluate.ts";
import type { TokenDemands } from "./configuration.ts";
import { type Principal, Refused } from "./decision.ts";
import { isRecord } from "./record.ts";

/** What an access token says, as far as a principal is made of it. */
interface Identity {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuer?: string;
  readonly scopes: readonly string[];
  readonly clientId?: string;
  readonly jkt?: string;
  /** Seconds since the epoch; absent: as the claim `exp` says. */
  readonly end?: number;
}

/**
 * The caller, by the authenticator's `principal` paths. Throws token.malformed without an id.
 * @param claimPath for paths beyond names and dots
 */
export function principalOf(
  token: Identity,
  authenticator: TokenDemands,
  claimPath?: ClaimPathCode,
): Principal {
  const { id: idPath, attributes: attributesPath } = authenticator.principal;
  const at = (path: string) => claimAt(token.claims, path, claimPath);
  const id = at(idPath);
  // Beyond 2^53 two numbers of the issuer's are one here, and two callers would be.
  const names = typeof id === "string" ? id !== "" : Number.isSafeInteger(id);
  if (!names) {
    throw new Refused("token.malformed", { expected: `a principal at ${idPath}` });
  }
  const attributes =
    typeof attributesPath === "string"
      ? at(attributesPath)
      : Object.fromEntries(Object.entries(attributesPath).map(([name, path]) => [name, at(path)]));
  const end = token.end ?? token.claims.exp;
  return {
    id: String(id),
    attributes: isRecord(attributes) ? attributes : {},
    scopes: token.scopes,
    ...(isRecord(token.claims.act) ? { act: token.claims.act } : {}),
    ...(token.issuer === undefined ? {} : { issuer: token.issuer }),
    ...(typeof end === "number" ? { ends: end, notAfter: end + authenticator.leeway } : {}),
    ...(token.clientId === undefined ? {} : { clientId: token.clientId }),
    ...(token.jkt === undefined ? {} : { jkt: token.jkt }),
  };
}

/** `@this` is all claims; a claim whose own name has dots wins over the path. */
export function claimAt(
  claims: Readonly<Record<string, unknown>>,
  path: string,
  claimPath?: ClaimPathCode,
): unknown {
  if (path === "@this") return claims;
  if (Object.hasOwn(claims, path)) return claims[path];
  if (claimPath) return claimPath(claims, path);
  let found: unknown = claims;
  for (const name of path.split(".")) {
    if (!isRecord(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}
