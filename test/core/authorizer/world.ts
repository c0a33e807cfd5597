import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from "jose";
import { type Authorizer, createAuthorizer } from "../../../src/authorizer.ts";
import type { Configuration, JwtAuthenticator, Rule } from "../../../src/configuration.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import type { DecisionEvent } from "../../../src/event.ts";
import type { Equipped } from "../../../src/mechanisms.ts";
import type { EdgeRequest, ReplayStore, RevocationStore, Runtime } from "../../../src/runtime.ts";

export const origin = "https://api.example.com";
export const issuer = "https://idp.example";
export const start = 1_800_000_000;

export interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly jkt: string;
}

export async function keyPair(alg = "ES256"): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return { privateKey, publicJwk, jkt: await calculateJwkThumbprint(publicJwk) };
}

const issuerKeys = await keyPair();
const signing = await generateKeyPair("ES256", { extractable: true });
const signingJwk = { ...(await exportJWK(signing.privateKey)), kid: "edge", alg: "ES256" };

export const jwtAuthenticator: JwtAuthenticator = {
  type: "jwt",
  id: "dpop_jwt",
  keys: {
    kind: "jwks",
    endpoint: { url: `${issuer}/certs`, headers: {}, timeout: 5 },
    verifyIssuer: true,
    cacheTtl: 600,
  },
  issuers: [issuer],
  audience: [origin],
  algorithms: ["ES256", "EdDSA"],
  leeway: 10,
  tokenTypes: ["at+jwt", "jwt", ""],
  possession: { enforcement: "required", maxAge: 60, nonceRequired: true, replayAllowed: false },
  signaling: { enabled: true, description: true, algorithms: true },
  principal: { id: "sub", attributes: "@this" },
};

export const apiRule: Rule = {
  id: "upstream:api",
  match: {
    routes: [
      {
        expression: "/api/**",
        segments: [{ kind: "literal", value: "api" }, { kind: "rest" }],
        captures: [],
      },
    ],
    hosts: [],
    methods: [],
    excludedMethods: [],
  },
  encodedSlashes: "off",
  forwardTo: {
    scheme: "https",
    host: "upstream.example:8081",
    forwardHostHeader: false,
    stripQueryParameters: [],
  },
  authenticators: [jwtAuthenticator],
  authorizers: [],
  finalizers: [
    {
      type: "jwt",
      id: "internal_token",
      signer: { source: "signing_keys", name: "dpop-edge" },
      ttl: 60,
      values: {},
      header: { name: "Authorization", scheme: "Bearer" },
      audience: ["upstream"],
    },
  ],
  onError: [],
};

export const configuration: Configuration = {
  publicOrigins: [origin],
  basePath: "",
  upstreamTimeout: 30,
  // No test is a flood.
  events: { path: true, sampleAllowed: 1, foldAbove: 1_000_000 },
  documents: "fingerprint-of-the-documents".slice(0, 22),
  limits: { token: 16_384, proof: 8192, body: 65_536 },
  replay: { mode: "durable", shards: 4, regions: "off", window: 130 },
  secrets: {
    nonce_keys: { kind: "jwks", from: { binding: "DPOP_NONCE_KEYS" } },
    signing_keys: { kind: "jwks", from: { binding: "SIGNING_KEYS" } },
  },
  masterKey: { source: "nonce_keys", selector: "k1" },
  needs: [],
  rules: [apiRule],
  defaultRule: {
    id: "default",
    authenticators: [{ type: "unauthorized", id: "deny_all" }],
    authorizers: [],
    finalizers: [],
    onError: [],
    encodedSlashes: "off",
  },
};

/** The configuration with its one rule's authenticator changed. */
export function withAuthenticator(changed: Partial<JwtAuthenticator>): Configuration {
  return {
    ...configuration,
    rules: [{ ...apiRule, authenticators: [{ ...jwtAuthenticator, ...changed }] }],
  };
}

export interface World {
  readonly authorizer: Authorizer;
  readonly events: DecisionEvent[];
  /** Seconds since the epoch; turn it by hand. */
  readonly clock: { seconds: number };
  readonly secrets: Record<string, string | undefined>;
  /** What the issuer's JWKS endpoint does. */
  jwks: () => Promise<Response>;
  accessToken(
    claims?: Record<string, unknown>,
    header?: Partial<JWTHeaderParameters>,
  ): Promise<string>;
}

export function createWorld(
  settings: Equipped = configuration,
  replay?: (now: () => number) => ReplayStore,
  fetch?: Runtime["fetch"],
  revocations?: RevocationStore,
): World {
  const clock = { seconds: start };
  const now = () => clock.seconds * 1000;
  const events: DecisionEvent[] = [];
  const secrets: Record<string, string | undefined> = {
    DPOP_NONCE_KEYS: JSON.stringify({ keys: [{ kty: "oct", kid: "k1", k: "A".repeat(43) }] }),
    SIGNING_KEYS: JSON.stringify({ keys: [signingJwk] }),
  };
  const world: World = {
    clock,
    events,
    secrets,
    jwks: async () =>
      Response.json({ keys: [{ ...issuerKeys.publicJwk, kid: "issuer-1", alg: "ES256" }] }),
    authorizer: createAuthorizer(settings, {
      now,
      fetch: fetch ?? (() => world.jwks()),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      secret: (from) => ("binding" in from ? secrets[from.binding] : undefined),
      replay: replay?.(now) ?? createMemoryReplay({ now, window: settings.replay.window }),
      emit: (event) => events.push(event),
      ...(revocations === undefined ? {} : { revocations }),
    }),
    accessToken: (claims = {}, header = {}) =>
      new SignJWT({
        iss: issuer,
        sub: "alice",
        aud: origin,
        client_id: "agent",
        iat: clock.seconds,
        exp: clock.seconds + 300,
        ...claims,
      })
        .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "issuer-1", ...header })
        .sign(issuerKeys.privateKey),
  };
  return world;
}

export async function ath(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export async function dpopProof(
  key: KeyPair,
  token: string,
  seconds: number,
  claims: Record<string, unknown> = {},
): Promise<string> {
  return await new SignJWT({
    jti: crypto.randomUUID(),
    htm: "GET",
    htu: `${origin}/api/x`,
    iat: seconds,
    ath: await ath(token),
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: key.publicJwk })
    .sign(key.privateKey);
}

/** A request whose header fields can still be changed. */
export interface SentRequest extends EdgeRequest {
  readonly headers: Headers;
}

export function request(
  headers: Record<string, string> = {},
  changed: Partial<SentRequest> = {},
): SentRequest {
  return { method: "GET", url: `${origin}/api/x`, headers: new Headers(headers), ...changed };
}

export const clientKey = await keyPair();

/** The configuration without required nonces. */
export const noNonce = withAuthenticator({
  possession: { ...jwtAuthenticator.possession, nonceRequired: false },
});

/** `noNonce` with its one rule changed. */
export const withRule = (changed: Partial<Rule>): Configuration => ({
  ...noNonce,
  rules: noNonce.rules.map((rule) => ({ ...rule, ...changed })),
});

/** The headers of a request that passes, where no nonce is required. */
export async function signedHeaders(
  world: World,
  changed: { claims?: Record<string, unknown>; proof?: Record<string, unknown> } = {},
): Promise<{ readonly Authorization: string; readonly DPoP: string }> {
  const token = await world.accessToken({ cnf: { jkt: clientKey.jkt }, ...changed.claims });
  const proof = await dpopProof(clientKey, token, world.clock.seconds, changed.proof);
  return { Authorization: `DPoP ${token}`, DPoP: proof };
}
