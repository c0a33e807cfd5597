import type { GenericAuthenticator } from "../configuration.ts";
import { Fault, Refused } from "../decision.ts";
import { createMemory } from "../introspection/memory.ts";
import type { JsonObject } from "../jws/json.ts";
import type { IdentityCode, Kit } from "../mechanisms.ts";
import { type Language, languageOf } from "../mint/language.ts";
import { renderHeader, renderPayload, renderText, type Seen } from "../mint/render.ts";
import { cookie, seenOfNobody } from "../mint/template-data.ts";
import type { EdgeRequest } from "../runtime.ts";
import { tokenOf } from "../token/access-token.ts";
import { askEndpoint } from "../token/ask-endpoint.ts";
import { checkOwnBinding } from "../token/confirmation.ts";
import { FetchError, jsonObject, place } from "../token/fetch-json.ts";
import { numbering } from "../token/numbering.ts";
import { tokenHash } from "../token/token-hash.ts";
import { credentialOf } from "./credential.ts";
import { checkLifespan } from "./lifespan.ts";

/** What of the client's request goes along to the endpoint. */
interface Forwarded {
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
}

/**
 * The authenticator `generic`: an endpoint says who is behind a session or a token; one per process
 * or isolate, since answers are kept in it. Without an answer nothing passes.
 */
export function createIdentity({ runtime, secrets, mechanisms }: Kit): IdentityCode {
  const language = languageOf(mechanisms);
  const claimPath = mechanisms.claimPath?.();
  const memory = createMemory();
  const numberOf = numbering(({ id: _, ...demands }: GenericAuthenticator) => demands);

  return {
    credential: credentialOf,
    async verify(credential, authenticator, request) {
      const forwarded = forwardedOf(request, authenticator);
      const ath = await tokenHash(credential);
      // What goes along may decide the answer: with something else it is another question.
      const along = await tokenHash(JSON.stringify(forwarded));
      const id = `${numberOf(authenticator)} ${ath} ${along}`;
      const known = memory.recall(id, runtime.now());
      if (known !== undefined) return known;
      const askedAt = runtime.now();
      const answer = await ask(credential, forwarded, authenticator).catch(unavailable);
      const { lifespan, cacheTtl } = authenticator;
      const now = runtime.now() / 1000;
      const end = lifespan && checked(() => checkLifespan(answer, lifespan, now, claimPath));
      const token = tokenOf(answer, ath, end);
      checkOwnBinding(credential, token);
      const until = Math.min(askedAt + cacheTtl * 1000, (end ?? Number.POSITIVE_INFINITY) * 1000);
      // Refusals are not remembered: whoever logs in often keeps the session's name.
      memory.remember(id, { kind: "active", askedAt, until, token }, runtime.now());
      return token;
    },
  };

  async function ask(
    credential: string,
    forwarded: Forwarded,
    { identity, payload }: GenericAuthenticator,
  ): Promise<JsonObject> {
    const seen = seenWith(credential, language);
    const url = renderText(identity.url, seen).trim();
    // The path and the query may hold the credential.
    const where = new URL(url).origin;
    const own = Object.entries(identity.headers).map(
      ([name, value]) => [name, renderHeader(value, seen)] as const,
    );
    const { headers, cookies } = forwarded;
    const { status, text } = await askEndpoint(
      runtime.fetch,
      secrets,
      { ...identity.endpoint, url, headers: {} },
      {
        method: identity.method,
        headers: {
          ...headers,
          ...(cookies.length > 0 ? { Cookie: cookies.join("; ") } : {}),
          // What the document says is not for a client to say.
          ...Object.fromEntries(own),
        },
        ...(payload === undefined ? {} : { body: renderPayload(payload, seen) }),
      },
    ).catch((error: unknown) => {
      if (!(error instanceof FetchError)) throw error;
      throw new FetchError(error.message.replace(place(url), () => where));
    });
    if (status === 401 || status === 403) {
      throw new Refused("token.inactive", { found: `${where} answered ${status}` });
    }
    if (status < 200 || status > 299) throw new FetchError(`${where} answered ${status}`);
    return jsonObject(text, where);
  }
}

function forwardedOf(
  { headers }: EdgeRequest,
  { forwardHeaders, forwardCookies }: GenericAuthenticator,
): Forwarded {
  const sent = forwardHeaders.map((name) => [name, headers.get(name)] as const);
  return {
    headers: Object.fromEntries(
      sent.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ),
    cookies: forwardCookies.flatMap((name) => {
      const value = cookie(headers, name);
      return value === "" ? [] : [`${name}=${value}`];
    }),
  };
}

/** Templates of this authenticator see the credential, and nothing else: nobody is known yet. */
function seenWith(credential: string, language: Language): Seen {
  return seenOfNobody({ AuthenticationData: credential }, language);
}

function checked<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    return unavailable(error);
  }
}

function unavailable(error: unknown): never {
  if (!(error instanceof FetchError || error instanceof Fault)) throw error;
  throw new Refused("introspection.unavailable", {
    expected: "an answer about the session",
    found: error.message,
  });
}
