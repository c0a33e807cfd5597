import { Refused } from "../decision.ts";
import type { JsonObject } from "../jws/json.ts";

/**
 * RFC 7519 sections 4.1.4 to 4.1.6; RFC 9068 section 2.2 makes exp required. A token from the
 * future comes from a broken clock or a forger, so iat is held to the same leeway as nbf.
 * @param now seconds
 * @param leeway seconds
 * @throws Refused token.malformed, token.expired, token.early
 */
export function checkLifetime(claims: JsonObject, now: number, leeway: number): void {
  if (claims.exp === undefined) throw new Refused("token.malformed", { expected: "exp" });
  checkTimes(claims, now, leeway);
}

/** The same, where exp may be left out: RFC 7662 section 2.2, the issuer answers for now. */
export function checkTimes(claims: JsonObject, now: number, leeway: number): void {
  const exp = date(claims, "exp");
  const iat = date(claims, "iat");
  const nbf = date(claims, "nbf");
  if (exp !== undefined && now >= exp + leeway)
    throw new Refused("token.expired", { expected: `exp > ${now - leeway}`, found: `${exp}` });
  for (const [name, start] of [
    ["nbf", nbf],
    ["iat", iat],
  ] as const) {
    if (start === undefined || start <= now + leeway) continue;
    throw new Refused("token.early", { expected: `${name} <= ${now + leeway}`, found: `${start}` });
  }
}

function date(claims: JsonObject, name: string): number | undefined {
  const value = claims[name];
  if (value === undefined || typeof value === "number") return value;
  throw new Refused("token.malformed", { expected: `${name} as a NumericDate` });
}
