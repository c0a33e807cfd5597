import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import Provider, { type Context, type Grant } from "oidc-provider";
import { createIssuerStorage } from "./issuer-storage.ts";
import { listen, type Running } from "./server.ts";

export interface IssuerOptions {
  /** What access tokens can be asked for (RFC 8707); the first is the default. */
  readonly resources: readonly [string, ...string[]];
  /** Scopes that every resource offers, separated by spaces. */
  readonly scope?: string;
  /** Of access tokens, in seconds. */
  readonly lifetime?: number;
  /** The origin of a page that is a client too, and may ask for tokens from there. */
  readonly page?: string;
  /** More clients that act for themselves, whose tokens are bound where they send a proof. */
  readonly machines?: readonly Machine[];
  /** Told of what takes long. */
  readonly say?: (text: string) => void;
}

export interface Issuer extends Running {
  readonly jwksUri: string;
  /** What it is, for people. */
  readonly about: string;
  /** Whether its token endpoint asks for a nonce of its own (RFC 9449 section 8). */
  readonly demandsNonce: boolean;
  /** The scope for which it gives a refresh token; absent: it gives one for any. */
  readonly refreshScope?: string;
  /** The user who logs in. */
  readonly user: string;
  /** Where there is a login page to fill in; absent: every authorization request is logged in. */
  readonly password?: string;
}

export const redirectUri = "http://127.0.0.1/callback";

/** A public client that acts for the user: authorization code with PKCE. */
export const webClient = { client_id: "web" } as const;
/** A public client on the user's machine: any port of 127.0.0.1 is its redirect URI (RFC 8252 section 7.3). */
export const nativeClient = { client_id: "native" } as const;
/** A public client in a browser: the page at its redirect URI. */
export const pageClient = { client_id: "playground" } as const;
/** A client that authenticates itself. */
export interface Machine {
  readonly client_id: string;
  readonly client_secret: string;
}

/** A confidential client that acts for itself. */
export const agentClient = { client_id: "agent", client_secret: "agent-secret" } as const;
/** A client that predates DPoP: its tokens are bound to no key. */
export const legacyClient = { client_id: "legacy", client_secret: "legacy-secret" } as const;

const user = "alice";

/** An OAuth issuer with DPoP, its nonces, and a user who needs no screen. */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const configuration = await providerConfiguration(options);
  const server = await listen((url) => requests(new Provider(url, configuration)));
  return {
    ...server,
    jwksUri: `${server.url}/jwks`,
    about: "oidc-provider, DPoP with nonces",
    demandsNonce: true,
    user,
  };
}

/** The provider's own endpoints, and the login page, which logs the user in without being shown. */
function requests(provider: Provider): RequestListener {
  const endpoints = provider.callback();
  return (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return endpoints(request, response);
    provider
      .interactionFinished(request, response, { login: { accountId: user }, consent: {} })
      .catch(() => response.writeHead(400).end());
  };
}

async function providerConfiguration(options: IssuerOptions): Promise<Record<string, unknown>> {
  const { resources, scope = "read write", lifetime = 300, page, machines = [] } = options;
  return {
    adapter: createIssuerStorage(),
    jwks: { keys: [await signingKey()] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    clients: [...clients(machines), ...(page === undefined ? [] : [pageAt(page)])],
    clientBasedCORS: (_: unknown, origin: string) => origin === page,
    issueRefreshToken: (_: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed("refresh_token"),
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    loadExistingGrant: (context: Context) => consent(context, resources, scope),
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: {
      Session: 600,
      Interaction: 600,
      Grant: 600,
      AccessToken: lifetime,
      ClientCredentials: lifetime,
      RefreshToken: lifetime,
      IdToken: 300,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resources[0],
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, resource: string) => {
          if (!resources.includes(resource)) throw new Error("There is no such resource.");
          return {
            scope,
            audience: resource,
            accessTokenTTL: lifetime,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "ES256" } },
          };
        },
      },
    },
  };
}

async function signingKey(): Promise<Record<string, unknown>> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig" };
}

function clients(machines: readonly Machine[]): Record<string, unknown>[] {
  const machine = { grant_types: ["client_credentials"], response_types: [], redirect_uris: [] };
  const signed = { id_token_signed_response_alg: "ES256" };
  return [
    {
      ...webClient,
      ...signed,
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [redirectUri],
      dpop_bound_access_tokens: true,
    },
    {
      ...nativeClient,
      ...signed,
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [redirectUri],
      dpop_bound_access_tokens: true,
    },
    { ...agentClient, ...signed, ...machine, dpop_bound_access_tokens: true },
    { ...legacyClient, ...signed, ...machine },
    // Bound or not, as each token is asked for.
    ...machines.map((client) => ({ ...client, ...signed, ...machine })),
  ];
}

/** Its refresh token is bound to its key like its access tokens (RFC 9449 section 5). */
function pageAt(origin: string): Record<string, unknown> {
  return {
    ...pageClient,
    id_token_signed_response_alg: "ES256",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [`${origin}/`],
    dpop_bound_access_tokens: true,
  };
}

/** The user agrees to everything that is asked, so there is no consent page. */
async function consent(
  { oidc }: Context,
  resources: readonly string[],
  scope: string,
): Promise<Grant> {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope("openid");
  for (const resource of resources) grant.addResourceScope(resource, scope);
  await grant.save();
  return grant;
}
