import type { JsonObject } from "../jws/json.ts";

/**
 * RFC 7519 section 4.1.7; some issuers write a number. What an event tells of a token and what a
 * revocation names must be the same.
 */
export function jtiOf({ jti }: JsonObject): string | undefined {
  return typeof jti === "string" || typeof jti === "number" ? `${jti}` : undefined;
}
