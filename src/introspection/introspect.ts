import type { IntrospectionAuthenticator, IntrospectionSource } from "../configuration.ts";
import { Fault, Refused } from "../decision.ts";
import { parseCompact } from "../jws/compact.ts";
import type { JsonObject } from "../jws/json.ts";
import type { IntrospectionCode, Kit } from "../mechanisms.ts";
import { tokenOf } from "../token/access-token.ts";
import { askEndpoint } from "../token/ask-endpoint.ts";
import { checkAudience } from "../token/audience.ts";
import { checkOwnBinding } from "../token/confirmation.ts";
import { FetchError, jsonObject, place } from "../token/fetch-json.ts";
import { checkIssuer } from "../token/issuer.ts";
import { createKeySets } from "../token/jwks.ts";
import { checkTimes } from "../token/lifetime.ts";
import { numbering } from "../token/numbering.ts";
import { tokenHash } from "../token/token-hash.ts";
import { checkUse } from "../token/token-type.ts";
import { authenticateClient } from "./client-authentication.ts";
import { createDiscovery } from "./discovery.ts";
import { createMemory, type Verdict } from "./memory.ts";
import { readSigned, signedType } from "./signed-answer.ts";

interface Said {
  readonly claims: JsonObject;
  /** Whose word it is, where the metadata tell. */
  readonly issuer?: string;
}

/**
 * RFC 7662: asks issuers what tokens are worth; one per process or isolate, since answers are kept
 * in it. An answer that is remembered is used for no longer than the token lives, nor than
 * cache_ttl; without an answer nothing passes.
 */
export function createIntrospection(kit: Pick<Kit, "runtime" | "secrets">): IntrospectionCode {
  const { runtime, secrets } = kit;
  const keySets = createKeySets(runtime, secrets);
  const discover = createDiscovery(kit);
  const memory = createMemory();
  const failing = new WeakSet<IntrospectionSource>();
  const numberOf = numbering(({ id: _, ...demands }: IntrospectionAuthenticator) => demands);

  return {
    async verify(token, authenticator) {
      const ath = await tokenHash(token);
      // The same token under another authenticator, or merged otherwise, is another question.
      const id = `${numberOf(authenticator)} ${ath}`;
      const known = memory.recall(id, runtime.now());
      if (known !== undefined) {
        checkTimes(known.claims, runtime.now() / 1000, authenticator.leeway);
        return known;
      }
      const askedAt = runtime.now();
      const verdict = await judge(token, ath, authenticator, askedAt);
      memory.remember(id, verdict, runtime.now());
      if (verdict.kind === "active") return verdict.token;
      throw verdict.refused;
    },
  };

  /** What the issuer refuses, and what it vouches for but is not for here, is remembered alike. */
  async function judge(
    token: string,
    ath: string,
    authenticator: IntrospectionAuthenticator,
    askedAt: number,
  ): Promise<Verdict> {
    if (authenticator.onlyJwt) checkClaimed(token, authenticator);
    const said = await ask(token, authenticator).catch((error: unknown) => {
      failing.add(authenticator.introspection);
      if (!(error instanceof FetchError || error instanceof Fault)) throw error;
      throw new Refused("introspection.unavailable", {
        expected: "the issuer's word on the token",
        found: error.message,
      });
    });
    failing.delete(authenticator.introspection);
    try {
      checkAnswer(said, authenticator);
      const { exp } = said.claims;
      const end = typeof exp === "number" ? exp * 1000 : Number.POSITIVE_INFINITY;
      const until = Math.min(askedAt + authenticator.cacheTtl * 1000, end);
      const vouched = tokenOf(said.claims, ath);
      checkOwnBinding(token, vouched);
      return { kind: "active", askedAt, until, token: vouched };
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      return { kind: "refused", askedAt, refused };
    }
  }

  async function ask(token: string, authenticator: IntrospectionAuthenticator): Promise<Said> {
    const { introspection, signed } = authenticator;
    const { endpoint, issuer } = await discover(introspection);
    const anew = failing.has(introspection);
    const client = await authenticateClient(introspection.client, endpoint.url, kit, anew);
    const where = place(endpoint.url);
    const answer = await askEndpoint(runtime.fetch, secrets, endpoint, {
      method: "POST",
      anew,
      headers: {
        Accept: signed ? signedType : "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        ...client.headers,
      },
      body: new URLSearchParams({
        token,
        token_type_hint: "access_token",
        ...client.form,
      }).toString(),
    });
    // RFC 7662 section 2.3: 401 concerns our own credentials, never the token's.
    if (answer.status !== 200) throw new FetchError(`${where} answered ${answer.status}`);
    const named = issuer === undefined ? {} : { issuer };
    if (signed === undefined) {
      if (answer.type === signedType) {
        throw new FetchError(`${where} signs its answers: say signed_answer in the documents`);
      }
      return { claims: jsonObject(answer.text, where), ...named };
    }
    if (answer.type !== signedType) {
      throw new FetchError(`${where} did not sign its answer, and signed_answer demands it`);
    }
    const issuers = issuersOf(authenticator, issuer);
    const now = runtime.now() / 1000;
    const claims = await readSigned(answer.text, signed, authenticator, issuers, keySets, now);
    return { claims, ...named };
  }

  /** RFC 7662 section 2.2. */
  function checkAnswer({ claims, issuer }: Said, authenticator: IntrospectionAuthenticator): void {
    if (claims.active !== true) throw new Refused("token.inactive", { found: "not active" });
    checkUse(claims);
    checkBinding(claims);
    const issuers = issuersOf(authenticator, issuer);
    // Optional in an answer; who names issuers in the document demands it.
    const demanded = claims.iss !== undefined || authenticator.issuers.length > 0;
    if (issuers.length > 0 && demanded) checkIssuer(claims.iss, issuers);
    checkTimes(claims, runtime.now() / 1000, authenticator.leeway);
    checkAudience(claims.aud, authenticator.audience);
  }
}

/** A token that is called DPoP must come with the key that it is bound to. */
function checkBinding({ token_type: type, cnf }: JsonObject): void {
  if (`${type ?? ""}`.toLowerCase() !== "dpop" || cnf !== undefined) return;
  throw new Refused("token.binding", { expected: "cnf.jkt", found: "token_type DPoP alone" });
}

/** Nothing is believed yet: it only has to be a token of whom is asked. */
function checkClaimed(token: string, { issuers }: IntrospectionAuthenticator): void {
  const jws = parseCompact(token);
  if (jws !== undefined) checkIssuer(jws.payload.iss, issuers);
  else throw new Refused("token.malformed", { expected: "a JWT, whose iss says whom to ask" });
}

/** The document's; with none there, whom the metadata name. */
function issuersOf(
  { issuers }: IntrospectionAuthenticator,
  issuer: string | undefined,
): readonly string[] {
  if (issuers.length > 0 || issuer === undefined) return issuers;
  return [issuer];
}
