import { DpopError } from "./failure.ts";

/** An access token, alone or as a token endpoint answered it (RFC 6749 section 5.1). */
export type Token =
  | string
  | { readonly access_token: string; readonly token_type?: string | undefined };

/** A token, or where to get the one that is good now; undefined: there is none yet. */
export type TokenSource = Token | (() => Token | undefined | Promise<Token | undefined>);

/** Throws a DpopError for a token that is bound to no key: it is never sent as Bearer instead. */
export async function currentToken(source: TokenSource): Promise<string | undefined> {
  const token = typeof source === "function" ? await source() : source;
  if (token === undefined || typeof token === "string") return token || undefined;
  // RFC 6749 section 5.1: token_type is compared without case.
  if (token.token_type === undefined || token.token_type.toLowerCase() === "dpop") {
    return token.access_token;
  }
  throw new DpopError(
    "token.type",
    `The token is of type ${JSON.stringify(token.token_type)}, so it is bound to no key: ask for it with a proof (this client's fetch makes one).`,
  );
}

/** RFC 9110 section 11.4; the b64token of RFC 6750 section 2.1. */
const authorization = /^(?:DPoP|Bearer) +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The token that a caller has put into the Authorization header itself. Many libraries know only
 * Bearer; what passes through this client is sent as DPoP, which is never less.
 */
export function callersToken(headers: Headers): string | undefined {
  return authorization.exec(headers.get("Authorization") ?? "")?.[1];
}
