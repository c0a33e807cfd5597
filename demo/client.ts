import * as oauth from "openid-client";
import { authorize } from "./browser.ts";
import {
  agentClient,
  type Issuer,
  legacyClient,
  type Machine,
  redirectUri,
  webClient,
} from "./issuer.ts";
import type { KeyPair } from "./keys.ts";

/** A request that openid-client made by itself, and how it was answered. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Whether a proof was sent. */
  readonly proof: boolean;
  readonly response: Headers;
}

/** An access token and the key that it is bound to. */
export interface Session {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly keys: KeyPair;
  /** RFC 7638 thumbprint of the key. */
  readonly jkt: string;
  /** Another access token by the refresh token, bound to the same key (RFC 9449 section 5). */
  refresh(): Promise<Session>;
  /** Calls a protected resource as openid-client does it: with a proof, and a retry on a nonce. */
  call(url: string, init?: CallInit): Promise<Response>;
}
export interface CallInit {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

export interface ClientOptions {
  readonly issuer: Pick<Issuer, "url" | "user" | "password" | "refreshScope">;
  /** RFC 8707: what the token is for. */
  readonly resource: string;
  readonly scope: string;
  readonly keys: KeyPair;
  readonly watch?: (exchange: Exchange) => void;
}

/** Authorization code with PKCE, the code bound to the client's key from the start (dpop_jkt). */
export async function logIn(options: ClientOptions): Promise<Session> {
  const config = await discover(options, webClient.client_id, oauth.None());
  const handle = oauth.getDPoPHandle(config, options.keys);
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
  const expectedState = oauth.randomState();
  const page = oauth.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: ["openid", options.scope, options.issuer.refreshScope ?? ""].join(" ").trim(),
    resource: options.resource,
    state: expectedState,
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    dpop_jkt: await handle.calculateThumbprint(),
  });
  const checks = { pkceCodeVerifier, expectedState };
  const returned = await authorize(page, redirectUri, options.issuer);
  const tokens = await oauth.authorizationCodeGrant(config, returned, checks, {}, { DPoP: handle });
  return session(config, handle, options.keys, tokens);
}

/** Client credentials: the agent acts for itself. */
export async function actAsAgent(
  options: ClientOptions,
  client: Machine = agentClient,
): Promise<Session> {
  const { client_id, client_secret } = client;
  const config = await discover(options, client_id, oauth.ClientSecretPost(client_secret));
  const handle = oauth.getDPoPHandle(config, options.keys);
  const { scope, resource } = options;
  const tokens = await oauth.clientCredentialsGrant(config, { scope, resource }, { DPoP: handle });
  return session(config, handle, options.keys, tokens);
}

/** A token that is bound to no key, from a client that knows nothing of DPoP. */
export async function unboundToken(
  options: Omit<ClientOptions, "keys">,
  client: Machine = legacyClient,
): Promise<string> {
  const { client_id, client_secret } = client;
  const config = await discover(options, client_id, oauth.ClientSecretPost(client_secret));
  const { scope, resource } = options;
  const tokens = await oauth.clientCredentialsGrant(config, { scope, resource });
  return tokens.access_token;
}

async function discover(
  { issuer, watch }: Pick<ClientOptions, "issuer" | "watch">,
  clientId: string,
  authentication: oauth.ClientAuth,
): Promise<oauth.Configuration> {
  const config = await oauth.discovery(new URL(issuer.url), clientId, undefined, authentication, {
    execute: [oauth.allowInsecureRequests],
  });
  if (watch !== undefined) config[oauth.customFetch] = watched(watch);
  return config;
}

function watched(watch: (exchange: Exchange) => void): oauth.CustomFetch {
  return async (url, options) => {
    const response = await fetch(url, { ...options, body: options.body ?? null });
    watch({
      method: options.method,
      url,
      status: response.status,
      proof: new Headers(options.headers).has("dpop"),
      response: response.headers,
    });
    return response;
  };
}

async function session(
  config: oauth.Configuration,
  handle: oauth.DPoPHandle,
  keys: KeyPair,
  tokens: oauth.TokenEndpointResponse,
): Promise<Session> {
  const accessToken = tokens.access_token;
  return {
    accessToken,
    tokenType: tokens.token_type,
    keys,
    jkt: await handle.calculateThumbprint(),
    async refresh() {
      const { refresh_token } = tokens;
      if (refresh_token === undefined) throw new Error("The issuer gave no refresh token.");
      const renewed = await oauth.refreshTokenGrant(config, refresh_token, {}, { DPoP: handle });
      return session(config, handle, keys, renewed);
    },
    call: (url, { method = "GET", body = null, headers } = {}) =>
      oauth.fetchProtectedResource(
        config,
        accessToken,
        new URL(url),
        method,
        body,
        new Headers(headers),
        { DPoP: handle },
      ),
  };
}
