import { BoundedMap } from "../bounded-map.ts";
import type { JwtAuthenticator } from "../configuration.ts";
import { Refused } from "../decision.ts";
import { encodeBase64url } from "../jws/base64url.ts";
import { parseCompact } from "../jws/compact.ts";
import { checkExtensions } from "../jws/extensions.ts";
import type { JsonObject } from "../jws/json.ts";
import type { Runtime } from "../runtime.ts";
import type { Secrets } from "../secrets.ts";
import { allowedAlgorithm } from "./allowed-algorithm.ts";
import { checkAudience } from "./audience.ts";
import { boundKey } from "./confirmation.ts";
import { checkIssuer } from "./issuer.ts";
import type { IssuerKey } from "./jwk-set.ts";
import { createKeySets } from "./jwks.ts";
import { checkLifetime } from "./lifetime.ts";
import { clientOf, scopesOf } from "./scopes.ts";
import { verifyingKey } from "./signature.ts";
import { checkType } from "./token-type.ts";

/** What a verified access token says. Frozen, for it is shared by all requests that present it. */
export interface AccessToken {
  readonly claims: JsonObject;
  readonly issuer: string;
  /** RFC 9449 section 4.2: base64url SHA-256 of the token as it was sent. */
  readonly ath: string;
  /** The thumbprint of the key that the token is bound to; absent: bound to none. */
  readonly jkt?: string;
  readonly scopes: readonly string[];
  readonly clientId?: string;
  readonly alg: string;
}

/** Verifies access tokens; one per process or isolate, since keys and verified tokens are kept in it. */
export interface AccessTokens {
  /**
   * A JWT access token by RFC 9068 section 4, with what RFC 8725 asks for. Scopes are extracted,
   * not judged; whether a bound token was proven is for the caller to check.
   * @throws Refused token.* or keys.unavailable
   */
  verify(token: string, authenticator: JwtAuthenticator): Promise<AccessToken>;
}

/** Tokens; at a usual 1 to 2 KB each a few megabytes. Only what an issuer signed gets in. */
const mostRemembered = 2048;

interface Remembered {
  readonly token: AccessToken;
  readonly key: IssuerKey;
}

export function createAccessTokens(
  runtime: Pick<Runtime, "now" | "fetch" | "random">,
  secrets: Secrets,
): AccessTokens {
  const keySets = createKeySets(runtime, secrets);
  const remembered = new BoundedMap<string, Remembered>(mostRemembered);
  const numberOf = numbering();

  return {
    async verify(token, authenticator) {
      const ath = await hash(token);
      // Rules that merge differently accept different tokens: each remembers its own.
      const id = `${numberOf(authenticator)} ${ath}`;
      const known = remembered.get(id);
      if (known !== undefined && (await holds(known, authenticator))) {
        checkLifetime(known.token.claims, runtime.now() / 1000, authenticator.leeway);
        return known.token;
      }
      const verified = await verifyNew(token, ath, authenticator);
      remembered.set(id, verified);
      return verified.token;
    },
  };

  /** The line of checks, cheap before dear; nothing that the payload says counts before the signature. */
  async function verifyNew(
    token: string,
    ath: string,
    authenticator: JwtAuthenticator,
  ): Promise<Remembered> {
    const jws = parseCompact(token);
    if (jws === undefined) throw new Refused("token.malformed", { expected: "a compact JWS" });
    const { header, payload: claims } = jws;
    checkType(header.typ, authenticator.tokenTypes);
    const row = allowedAlgorithm(header.alg, authenticator.algorithms);
    checkExtensions(header, "token.malformed");
    // Ahead of the keys: strangers' tokens cost no fetch.
    const issuer = checkIssuer(claims.iss, await issuersOf(authenticator));
    const key = await verifyingKey(jws, row, authenticator.keys, keySets);
    checkLifetime(claims, runtime.now() / 1000, authenticator.leeway);
    checkAudience(claims.aud, authenticator.audience);
    const jkt = boundKey(claims.cnf);
    const clientId = clientOf(claims);
    const verified = {
      claims,
      issuer,
      ath,
      scopes: scopesOf(claims),
      alg: row.alg,
      ...(jkt === undefined ? {} : { jkt }),
      ...(clientId === undefined ? {} : { clientId }),
    };
    return { token: frozen(verified), key };
  }

  /** A remembered token goes when its issuer drops the key or takes another name. */
  async function holds({ token, key }: Remembered, authenticator: JwtAuthenticator) {
    const { keys } = await keySets.current(authenticator.keys);
    return keys.includes(key) && (await issuersOf(authenticator)).includes(token.issuer);
  }

  /** The document's; with none there, whom the verified metadata names. */
  async function issuersOf({ issuers, keys }: JwtAuthenticator): Promise<readonly string[]> {
    if (issuers.length > 0) return issuers;
    const { issuer } = await keySets.current(keys);
    return issuer === undefined ? [] : [issuer];
  }
}

async function hash(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return encodeBase64url(new Uint8Array(digest));
}

/** A number for each set of demands on a token: rules that demand the same share what is remembered. */
function numbering(): (authenticator: JwtAuthenticator) => number {
  const numbers = new WeakMap<JwtAuthenticator, number>();
  const byDemands = new Map<string, number>();
  return (authenticator) => {
    const known = numbers.get(authenticator);
    if (known !== undefined) return known;
    const { keys, issuers, audience, algorithms, leeway, tokenTypes } = authenticator;
    const demands = JSON.stringify([keys, issuers, audience, algorithms, leeway, tokenTypes]);
    const number = byDemands.get(demands) ?? byDemands.size;
    byDemands.set(demands, number);
    numbers.set(authenticator, number);
    return number;
  };
}

/** All the way down: what one request's code changes, no other request may see. */
function frozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null) frozen(member);
  }
  return Object.freeze(value);
}
