import type { JwtFinalizer } from "../configuration.ts";
import { encodeBase64url } from "../jws/base64url.ts";
import type { JsonObject } from "../jws/json.ts";
import type { Seen } from "./template-data.ts";

/** When a token is made, and when it ends: seconds since the epoch. */
export interface Lifetime {
  readonly iat: number;
  readonly exp: number;
}

/**
 * RFC 7519: the template's claims, and over them ours. `act` (RFC 8693 section 4.1) says who acts
 * for the subject, as the access token says it.
 */
export function internalPayload(
  finalizer: JwtFinalizer,
  { subject }: Seen,
  claims: JsonObject,
  { iat, exp }: Lifetime,
  random: Uint8Array,
): object {
  return {
    ...(subject.act === undefined ? {} : { act: subject.act }),
    ...claims,
    iss: finalizer.signer.name,
    sub: subject.id,
    ...audienceOf(finalizer),
    iat,
    nbf: iat,
    exp,
    jti: encodeBase64url(random),
  };
}

/**
 * draft-ietf-oauth-transaction-tokens: what stays the same along a chain of calls. The template's
 * claims are the transaction's context; the workload that asked for the token is the edge.
 */
export function transactionPayload(
  finalizer: JwtFinalizer,
  { subject, request }: Seen,
  claims: JsonObject,
  { iat, exp }: Lifetime,
  random: Uint8Array,
): object {
  const [address] = request.clientAddresses;
  return {
    iss: finalizer.signer.name,
    ...audienceOf(finalizer),
    iat,
    exp,
    txn: encodeBase64url(random),
    sub: subject.id,
    scope: (subject.scopes ?? []).join(" "),
    req_wl: finalizer.signer.name,
    ...(Object.keys(claims).length === 0 ? {} : { tctx: claims }),
    ...(address === undefined ? {} : { rctx: { req_ip: address } }),
    ...(subject.act === undefined ? {} : { act: subject.act }),
  };
}

function audienceOf({ audience = [] }: JwtFinalizer): { aud?: string | readonly string[] } {
  const [only, ...more] = audience;
  if (only === undefined) return {};
  return { aud: more.length === 0 ? only : audience };
}
