import { BoundedMap } from "../../bounded-map.ts";
import { settlesWithin } from "../../deadline.ts";
import type { Challenge } from "../challenge.ts";
import { createDpopClient, type DpopClient, type DpopClientOptions } from "../client.ts";
import { DpopError } from "../failure.ts";
import type { Fetch, FetchInit } from "../request.ts";
import { answerOf } from "./answer.ts";
import { authorizationCode } from "./authorization.ts";
import { challengesOf, isOf, lacksScope, missingScope } from "./challenges.ts";
import { discoverIssuer, discoverResource, type IssuerMetadata, secure } from "./metadata.ts";
import { identify, type Registration } from "./registration.ts";
import { repeatable, requestInit } from "./repeatable.ts";
import { askForToken } from "./token-endpoint.ts";
import {
  type ClientIdentity,
  type Grant,
  memoryTokenStore,
  reserveOf,
  type TokenStore,
} from "./token-store.ts";

/**
 * Milliseconds that a call waits for another one's login: a user takes a while, and on Workers a
 * request that is cancelled never ends what it began.
 */
const longestLogin = 600_000;

export interface OAuthClientOptions
  extends Registration,
    Pick<DpopClientOptions, "keyStore" | "nonces" | "fetch" | "now"> {
  /** Where grants live; in memory by default. */
  readonly tokenStore?: TokenStore;
  /**
   * Takes the user to a page, and answers the URL of the redirect URI that the issuer sent them back
   * to. Without it the client logs in as itself (client credentials).
   */
  readonly authorize?: (page: URL) => Promise<URL>;
  /** Asked for beside what servers say that they need. */
  readonly scope?: string;
  /** Takes tokens that are bound to no key, and sends them as Bearer; refused by default. */
  readonly allowBearer?: boolean;
}

export interface OAuthClient {
  /**
   * fetch, for servers that are met for the first time: a 401 leads to the metadata of the resource
   * and of its issuer (RFC 9728, RFC 8414), a login, and the same request with a bound token; a 403
   * that lacks scopes to a login with more. Throws a DpopError where there is no way on.
   */
  readonly fetch: Fetch;
  /** The proofs and the key behind it. */
  readonly dpop: DpopClient;
}

declare const fetch: (url: string, init: RequestInit) => Promise<Response>;

/** A client that finds its way from a server's URL alone, as agents do. */
export function createOAuthClient(options: OAuthClientOptions): OAuthClient {
  const { tokenStore = memoryTokenStore(), now = Date.now } = options;
  const plain = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  const dpop = createDpopClient({ ...options, fetch: plain });
  const coming = new Map<string, Promise<Grant>>();
  /** Scopes that a login has not brought: nobody is led there again at every call. */
  const inVain = new BoundedMap<string, true>(100);

  const get = (url: URL) =>
    answerOf(url, async (signal) => {
      const headers = { Accept: "application/json" };
      const response = await plain(url.href, { headers, signal });
      // A redirect may have left https: whoever is on that way names endpoints as he likes.
      if (response.url) secure(response.url, url);
      return response;
    });
  const post = (url: URL, body: string) =>
    answerOf(url, (signal) =>
      plain(url.href, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
        redirect: "manual",
        signal,
      }),
    );

  async function call(input: string | URL | Request, given: FetchInit = {}): Promise<Response> {
    const { url, init } = await repeatable(input, given);
    const server = `${url.origin}${url.pathname}`;
    let grant = await current(server);
    let response = await send(url, init, grant);
    for (const wanted of [401, 403]) {
      const challenges = challengesOf(response);
      if (response.status !== wanted || !isOf(url, response)) continue;
      const missing = wanted === 403 ? missingScope(challenges, grant) : "";
      if (missing === undefined || inVain.get(`${server} ${missing}`)) continue;
      await response.body?.cancel();
      grant = await once(server, () => after(url, server, grant, challenges));
      response = await send(url, init, grant);
      if (response.status === 403 && missing !== "") inVain.set(`${server} ${missing}`, true);
    }
    return response;
  }

  function send(url: URL, init: FetchInit, grant: Grant | undefined): Promise<Response> {
    const headers = new Headers(init.headers);
    if (grant === undefined) return plain(url.href, requestInit(init, headers));
    const bound = grant.token_type.toLowerCase() === "dpop";
    headers.set("Authorization", `${bound ? "DPoP" : "Bearer"} ${grant.access_token}`);
    return bound
      ? dpop.fetch(url, { ...init, headers })
      : plain(url.href, requestInit(init, headers));
  }

  async function current(server: string): Promise<Grant | undefined> {
    const grant = await tokenStore.read(server);
    if (grant === undefined) return undefined;
    const left = leftOf(grant);
    if (left > reserveOf(grant)) return grant;
    if (grant.refresh_token === undefined) return left > 0 ? grant : undefined;
    try {
      return await once(server, () => after(new URL(server), server, grant, []));
    } catch (error) {
      // It is good as long as it lives, whoever fails meanwhile.
      if (left > 0) return grant;
      throw error;
    }
  }

  /** Seconds. */
  function leftOf({ expires_at = Number.POSITIVE_INFINITY }: Grant): number {
    return expires_at - now() / 1000;
  }

  /** Calls side by side log in once, and so do programs that share a store. */
  async function once(server: string, work: () => Promise<Grant>): Promise<Grant> {
    for (let others = coming.get(server); others !== undefined; others = coming.get(server)) {
      if (await settlesWithin(longestLogin, others)) return others;
      if (coming.get(server) === others) coming.delete(server);
    }
    const own = (tokenStore.alone?.(server, work) ?? work()).finally(() => {
      if (coming.get(server) === own) coming.delete(server);
    });
    coming.set(server, own);
    return own;
  }

  /** Another call may have got or renewed it meanwhile: a refresh token that was spent is not spent again. */
  async function after(
    url: URL,
    server: string,
    refused: Grant | undefined,
    challenges: readonly Challenge[],
  ): Promise<Grant> {
    const kept = await tokenStore.read(server);
    const newer = kept?.access_token !== refused?.access_token;
    if (kept && newer && leftOf(kept) > 0 && !lacksScope(challenges)) return kept;
    return renewed(url, server, kept ?? refused, challenges);
  }

  async function renewed(
    url: URL,
    server: string,
    before: Grant | undefined,
    challenges: readonly Challenge[],
  ): Promise<Grant> {
    const resource = await discoverResource(get, url, challenges, before);
    const issuer = await discoverIssuer(get, resource.issuer);
    const known = before?.issuer === issuer.issuer ? before : undefined;
    // Who was registered beforehand may have a new secret by now; it is kept nowhere but there.
    const registered = options.client === undefined ? known?.client : undefined;
    const client = registered ?? (await identify(post, issuer, options));
    const asked = challenges.flatMap(({ parameters }) => parameters.scope ?? [])[0];
    const refreshed = lacksScope(challenges) ? undefined : await refreshedBy(issuer, client, known);
    const scope = scopeOf(
      asked ?? (known ? undefined : resource.scopes.join(" ")),
      known?.scope,
      issuer,
    );
    const grant = refreshed ?? (await loggedIn(issuer, client, resource.resource, scope));
    const kept = {
      ...grant,
      resource: resource.resource,
      ...(options.client === undefined ? { client } : {}),
      ...(grant.scope === undefined && scope !== undefined ? { scope } : {}),
    };
    if (kept.token_type.toLowerCase() !== "dpop" && !options.allowBearer) {
      throw new DpopError("token.type", `${issuer.issuer} gave a token that is bound to no key.`);
    }
    await tokenStore.write(server, kept);
    return kept;
  }

  /** RFC 6749 section 6; undefined where there is nothing to refresh, or the issuer wants a login. */
  async function refreshedBy(
    issuer: IssuerMetadata,
    client: ClientIdentity,
    known: Grant | undefined,
  ): Promise<Omit<Grant, "resource"> | undefined> {
    if (known?.refresh_token === undefined) return undefined;
    const { refresh_token, resource } = known;
    const parameters = { grant_type: "refresh_token", refresh_token, resource };
    try {
      const grant = await askForToken(dpop.fetch, issuer, client, parameters, now());
      return {
        refresh_token,
        ...(known.scope === undefined ? {} : { scope: known.scope }),
        ...grant,
      };
    } catch (error) {
      if (error instanceof DpopError && error.code === "oauth.grant") return undefined;
      throw error;
    }
  }

  async function loggedIn(
    issuer: IssuerMetadata,
    client: ClientIdentity,
    resource: string,
    scope: string | undefined,
  ): Promise<Omit<Grant, "resource">> {
    const { authorize, redirectUri } = options;
    const { thumbprint } = await dpop.key();
    const parameters =
      authorize === undefined || redirectUri === undefined
        ? { grant_type: "client_credentials", resource, ...(scope === undefined ? {} : { scope }) }
        : await authorizationCode(issuer, {
            clientId: client.id,
            redirectUri,
            thumbprint,
            resource,
            scope,
            authorize,
          });
    return askForToken(dpop.fetch, issuer, client, parameters, now());
  }

  /** What is asked for, what there was, and a refresh token where the issuer has one to give. */
  function scopeOf(
    asked: string | undefined,
    before: string | undefined,
    issuer: IssuerMetadata,
  ): string | undefined {
    const scopes = [asked, before, options.scope].flatMap((each) => each?.split(" ") ?? []);
    const named = [...new Set(scopes)].filter((each) => each !== "");
    if (named.length === 0) return undefined;
    const offline = options.authorize !== undefined && issuer.scopes.includes("offline_access");
    return [...new Set([...named, ...(offline ? ["offline_access"] : [])])].join(" ");
  }

  return { fetch: call, dpop };
}
