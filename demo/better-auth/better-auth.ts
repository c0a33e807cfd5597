import { createHash, randomBytes, randomUUID } from "node:crypto";
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { jwt } from "better-auth/plugins";
import { agentClient, type IssuerOptions, redirectUri, webClient } from "../issuer.ts";

export interface Account {
  readonly user: string;
  readonly password: string;
}

const scopes = ["openid", "offline_access", "read"];
const models = [
  "user",
  "session",
  "account",
  "verification",
  "jwks",
  "oauthClient",
  "oauthResource",
  "oauthClientResource",
  "oauthRefreshToken",
  "oauthAccessToken",
  "oauthConsent",
  "oauthClientAssertion",
];

/** better-auth with its OAuth provider, in memory: one user, a client of theirs, and an agent. */
export async function createBetterAuth(
  url: string,
  { resources, lifetime = 300 }: IssuerOptions,
  { user, password }: Account,
) {
  const auth = betterAuth({
    baseURL: url,
    secret: randomBytes(32).toString("base64url"),
    database: memoryAdapter(Object.fromEntries(models.map((name) => [name, []]))),
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    // The one user's id, so that `sub` says who it is.
    advanced: { database: { generateId: ({ model }) => (model === "user" ? user : randomUUID()) } },
    // Its own way to a token, which is bound to no key.
    disabledPaths: ["/token"],
    plugins: [
      jwt({ jwks: { keyPairConfig: { alg: "ES256" } } }),
      oauthProvider({
        loginPage: "/login",
        consentPage: "/consent",
        scopes,
        resources: resources.map((identifier) => ({
          identifier,
          accessTokenTtl: lifetime,
          dpopBoundAccessTokensRequired: true,
        })),
        enforcePerClientResources: false,
      }),
    ],
  });
  const email = `${user}@example.com`;
  await auth.api.signUpEmail({ body: { email, password, name: user } });
  const { adapter } = await auth.$context;
  const [web, agent] = clients();
  await adapter.create({ model: "oauthClient", data: web });
  await adapter.create({ model: "oauthClient", data: agent });
  return auth;
}

/** Rows of its table: what its own endpoints would write for whoever administers it. */
function clients() {
  const both = { scopes, skipConsent: true, dpopBoundAccessTokens: true, createdAt: new Date() };
  const web = {
    ...both,
    clientId: webClient.client_id,
    redirectUris: [redirectUri],
    applicationType: "native",
    tokenEndpointAuthMethod: "none",
    grantTypes: ["authorization_code", "refresh_token"],
    responseTypes: ["code"],
    requirePKCE: true,
  };
  const agent = {
    ...both,
    clientId: agentClient.client_id,
    clientSecret: createHash("sha256").update(agentClient.client_secret).digest("base64url"),
    redirectUris: [],
    applicationType: "web",
    tokenEndpointAuthMethod: "client_secret_post",
    grantTypes: ["client_credentials"],
    clientCredentialsScopes: ["read"],
  };
  return [web, agent] as const;
}
