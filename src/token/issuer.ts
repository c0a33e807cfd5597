import type {
  Authenticator,
  IntrospectionAuthenticator,
  JwtAuthenticator,
} from "../configuration.ts";
import { Refused } from "../decision.ts";
import { parseCompact } from "../jws/compact.ts";

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
 * to choose who verifies it. A JWT is for the first one that accepts its issuer; a text that is none
 * is for the first one that can ask what it is worth.
 * @param others those after it: the last one judges whatever comes
 */
export function isFor(
  authenticator: JwtAuthenticator | IntrospectionAuthenticator,
  token: string,
  others: readonly Authenticator[],
): boolean {
  if (others.length === 0) return true;
  const jws = parseCompact(token);
  if (jws === undefined) return readsOpaque(authenticator) || !others.some(readsOpaque);
  const { iss } = jws.payload;
  const { issuers } = authenticator;
  // Without issuers in the document nobody can tell.
  return typeof iss !== "string" || issuers.length === 0 || issuers.includes(iss);
}

function readsOpaque(authenticator: Authenticator): boolean {
  switch (authenticator.type) {
    case "oauth2_introspection":
      return !authenticator.onlyJwt;
    case "generic":
      return authenticator.sources.some(
        (source) =>
          source.kind === "header" &&
          source.name.toLowerCase() === "authorization" &&
          (source.scheme === undefined || /^(bearer|dpop)$/i.test(source.scheme)),
      );
    default:
      return false;
  }
}
