import type { JsonObject } from "../jws/json.ts";
import { isStrings } from "./strings.ts";

/**
 * RFC 9068 section 2.2.3 and RFC 8693 section 4.2: `scope`, or `scp` as some issuers call it, as a
 * space-separated string or an array. What cannot be read grants nothing.
 */
export function scopesOf(claims: JsonObject): readonly string[] {
  const scope = claims.scope ?? claims.scp;
  if (typeof scope === "string") return scope.split(" ").filter((value) => value !== "");
  return isStrings(scope) ? scope : [];
}

/** RFC 9068 section 2.2: client_id; other issuers say azp or cid. */
export function clientOf(claims: JsonObject): string | undefined {
  for (const name of ["client_id", "azp", "cid"]) {
    const value = claims[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
