import { Refused } from "../decision.ts";
import { parseCompact } from "../jws/compact.ts";

/** Who the token says it is from: only to choose among several authenticators, never to trust. */
export function unverifiedIssuer(token: string): string | undefined {
  const iss = parseCompact(token)?.payload.iss;
  return typeof iss === "string" ? iss : undefined;
}

/**
 * RFC 9068 section 4: the issuer is compared as exact text, without normalisation.
 * @throws Refused token.issuer
 */
export function checkIssuer(iss: unknown, accepted: readonly string[]): string {
  if (typeof iss === "string" && accepted.includes(iss)) return iss;
  throw new Refused("token.issuer", { expected: accepted.join(", ") });
}

/**
 * Whether a token may be for an authenticator, by what it claims and nobody has verified yet: only
 * to choose who verifies it. Without issuers in the document nobody can tell.
 */
export function mayBeFrom(issuers: readonly string[], token: string): boolean {
  const issuer = unverifiedIssuer(token);
  return issuer === undefined || issuers.length === 0 || issuers.includes(issuer);
}
