import type { IntrospectionAuthenticator, SignedAnswer } from "../configuration.ts";
import { Refused } from "../decision.ts";
import { parseCompact } from "../jws/compact.ts";
import { checkExtensions } from "../jws/extensions.ts";
import { isJsonObject, type JsonObject } from "../jws/json.ts";
import { allowedAlgorithm } from "../token/allowed-algorithm.ts";
import { checkAudience } from "../token/audience.ts";
import { FetchError } from "../token/fetch-json.ts";
import { checkIssuer } from "../token/issuer.ts";
import type { KeySets } from "../token/jwks.ts";
import { verifyingKey } from "../token/signature.ts";
import { checkType } from "../token/token-type.ts";

export const signedType = "application/token-introspection+jwt";

/** Seconds: an answer that was signed longer ago says nothing of now. */
const oldest = 300;

/**
 * RFC 9701 section 5 and RFC 8725: typ, alg, signature by the issuer's keys, iss, aud and iat; then
 * what the answer says of the token. An answer that does not hold is none: who asked is not told
 * why, the log is.
 * @throws FetchError, or Refused keys.unavailable
 */
export async function readSigned(
  text: string,
  { keys, audience }: SignedAnswer,
  demands: Pick<IntrospectionAuthenticator, "algorithms" | "leeway">,
  issuers: readonly string[],
  keySets: KeySets,
  now: number,
): Promise<JsonObject> {
  try {
    const jws = parseCompact(text);
    if (jws === undefined) throw new FetchError("the introspection answer is no signed JWT");
    checkType(jws.header.typ, ["token-introspection+jwt"]);
    const row = allowedAlgorithm(jws.header.alg, demands.algorithms);
    checkExtensions(jws.header, "token.malformed");
    checkIssuer(jws.payload.iss, issuers);
    checkAudience(jws.payload.aud, audience);
    await verifyingKey(jws, row, keys, keySets);
    checkAge(jws.payload.iat, demands.leeway, now);
    const { token_introspection: said } = jws.payload;
    if (isJsonObject(said)) return said;
    throw new FetchError("the signed answer has no token_introspection");
  } catch (error) {
    if (!(error instanceof Refused) || error.code === "keys.unavailable") throw error;
    const { expected } = error.detail;
    const wanted = expected === undefined ? "" : `, expected ${expected}`;
    throw new FetchError(`the signed introspection answer fails: ${error.code}${wanted}`);
  }
}

function checkAge(iat: unknown, leeway: number, now: number): void {
  if (typeof iat === "number" && iat <= now + leeway && iat > now - oldest - leeway) return;
  throw new FetchError(`the signed answer's iat is not of the last ${oldest} s`);
}
