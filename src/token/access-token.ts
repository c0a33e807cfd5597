import { BoundedMap } from "../bounded-map.ts";
import type { JwtAuthenticator, KeySource } from "../configuration.ts";
import { Refused } from "../decision.ts";
import { parseCompact } from "../jws/compact.ts";
import { checkExtensions } from "../jws/extensions.ts";
import type { JsonObject } from "../jws/json.ts";
import type { Runtime } from "../runtime.ts";
import type { Secrets } from "../secrets.ts";
import { allowedAlgorithm } from "./allowed-algorithm.ts";
import { checkAudience } from "./audience.ts";
import { type Confirmation, confirmation } from "./confirmation.ts";
import { frozen } from "./frozen.ts";
import { checkIssuer } from "./issuer.ts";
import type { IssuerKey } from "./jwk-set.ts";
import { createKeySets } from "./jwks.ts";
import type { KeyCertificatesCode } from "./key-certificates.ts";
import { checkLifetime } from "./lifetime.ts";
import { numbering } from "./numbering.ts";
import { clientOf, scopesOf } from "./scopes.ts";
import { doubtOf, verifyingKey } from "./signature.ts";
import { tokenHash } from "./token-hash.ts";
import { checkType, checkUse } from "./token-type.ts";

/** What a verified access token says. Frozen, for it is shared by all requests that present it. */
export interface AccessToken extends Confirmation {
  readonly claims: JsonObject;
  /** RFC 9449 section 4.2: base64url SHA-256 of the token as it was sent. */
  readonly ath: string;
  /** As the claim says; whether it is one of ours has been checked where the document names some. */
  readonly issuer?: string;
  readonly scopes: readonly string[];
  readonly clientId?: string;
  /** Seconds since the epoch; absent: as `claims.exp` says. */
  readonly end?: number;
}

/** A token by what its issuer says of it, in the token itself or when it is asked. */
export function tokenOf(claims: JsonObject, ath: string, end?: number): AccessToken {
  const clientId = clientOf(claims);
  return frozen({
    claims,
    ath,
    ...(end === undefined ? {} : { end }),
    ...(typeof claims.iss === "string" ? { issuer: claims.iss } : {}),
    scopes: scopesOf(claims),
    ...confirmation(claims.cnf),
    ...(clientId === undefined ? {} : { clientId }),
  });
}

/** Verifies access tokens; one per process or isolate, since keys and verified tokens are kept in it. */
export interface AccessTokens {
  /**
   * A JWT access token by RFC 9068 section 4, with what RFC 8725 asks for. Scopes are extracted,
   * not judged; whether a bound token was proven is for the caller to check.
   * @throws Refused token.* or keys.unavailable
   */
  verify(token: string, authenticator: JwtAuthenticator): Promise<AccessToken>;
  /** Has the keys at hand for the first token. @throws Refused keys.unavailable */
  fetchKeys(source: KeySource): Promise<unknown>;
}

/** Tokens; at a usual 1 to 2 KB each a few megabytes. Only what an issuer signed gets in. */
const mostRemembered = 2048;

/** A token by its text, to the last byte. */
interface Known {
  readonly ath: string;
  /** By what was demanded of it: rules that merge differently accept different tokens. */
  readonly by: Map<number, Remembered>;
}

interface Remembered {
  readonly token: AccessToken;
  readonly issuer: string;
  readonly key: IssuerKey;
}

export function createAccessTokens(
  runtime: Pick<Runtime, "now" | "fetch" | "random" | "outlive">,
  secrets: Secrets,
  certificates?: KeyCertificatesCode,
): AccessTokens {
  const keySets = createKeySets(runtime, secrets);
  const remembered = new BoundedMap<string, Known>(mostRemembered);
  const numberOf = numbering(demandsOf);

  return {
    async verify(token, authenticator) {
      const known = remembered.get(token);
      const number = numberOf(authenticator);
      const before = known?.by.get(number);
      if (before !== undefined && (await holds(before, authenticator))) {
        checkLifetime(before.token.claims, runtime.now() / 1000, authenticator.leeway);
        return before.token;
      }
      const ath = known?.ath ?? (await tokenHash(token));
      const verified = await verifyNew(token, ath, authenticator);
      // Others may have verified it in the meantime, under other demands.
      const { by } = remembered.get(token) ?? { by: new Map<number, Remembered>() };
      remembered.set(token, { ath, by: by.set(number, verified) });
      return verified.token;
    },
    fetchKeys: (source) => keySets.current(source),
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
    const key = await verifyingKey(jws, row, authenticator.keys, keySets, certificates);
    checkUse(claims);
    checkLifetime(claims, runtime.now() / 1000, authenticator.leeway);
    checkAudience(claims.aud, authenticator.audience);
    return { token: tokenOf(claims, ath), issuer, key };
  }

  /** A remembered token goes when its issuer drops the key or takes another name, or with a certificate. */
  async function holds({ issuer, key }: Remembered, authenticator: JwtAuthenticator) {
    const { keys } = await keySets.current(authenticator.keys);
    if (!keys.includes(key) || !(await issuersOf(authenticator)).includes(issuer)) return false;
    return (await doubtOf(key, authenticator.keys, certificates)) === undefined;
  }

  /** The document's; with none there, whom the verified metadata names. */
  async function issuersOf({ issuers, keys }: JwtAuthenticator): Promise<readonly string[]> {
    if (issuers.length > 0) return issuers;
    const { issuer } = await keySets.current(keys);
    return issuer === undefined ? [] : [issuer];
  }
}

/** Rules that demand the same share what is remembered. */
function demandsOf(authenticator: JwtAuthenticator): readonly unknown[] {
  const { keys, issuers, audience, algorithms, leeway, tokenTypes } = authenticator;
  return [keys, issuers, audience, algorithms, leeway, tokenTypes];
}
