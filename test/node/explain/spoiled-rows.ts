import type { SentRequest } from "../../../cli/explain/sent-request.ts";
import type { Configuration } from "../../../src/configuration.ts";
import type { RefusalCode } from "../../../src/decision.ts";
import {
  clientKey,
  configuration,
  dpopProof,
  jwtAuthenticator,
  keyPair,
  noNonce,
  origin,
  type World,
  withAuthenticator,
  withRule,
} from "../../core/authorizer/world.ts";

export interface Made {
  readonly token: string;
  readonly proof: string;
  /** Of the edge, where nonces are in force. */
  readonly nonce: string;
  readonly world: World;
}
/** What is changed in a request that passes; a header that is empty is left out. */
export type Spoiled = Partial<Pick<SentRequest, "method" | "url">> & {
  readonly headers?: Record<string, string>;
  /** Sent to the edge once before. */
  readonly before?: boolean;
};
type Row = readonly [
  name: string,
  code: RefusalCode | "allow",
  spoil: (made: Made) => Spoiled | Promise<Spoiled>,
  configuration?: Configuration,
];

const thief = await keyPair();
const weak = { kty: "OKP", crv: "Ed25519", x: "A".repeat(43) };

const proofWith =
  (claims: Record<string, unknown>) =>
  async ({ token, nonce, world }: Made): Promise<Spoiled> => ({
    headers: { DPoP: await dpopProof(clientKey, token, world.clock.seconds, { nonce, ...claims }) },
  });
const tokenWith =
  (claims: Record<string, unknown>, header = {}) =>
  async ({ world, nonce }: Made): Promise<Spoiled> => {
    const token = await world.accessToken({ cnf: { jkt: clientKey.jkt }, ...claims }, header);
    const DPoP = await dpopProof(clientKey, token, world.clock.seconds, { nonce });
    return { headers: { Authorization: `DPoP ${token}`, DPoP } };
  };
/** The proof with another header over the same claims; the signature is then wrong as well. */
const headed =
  (change: Record<string, unknown>) =>
  ({ proof }: Made): Spoiled => {
    const [header = "", ...rest] = proof.split(".");
    const read = JSON.parse(Buffer.from(header, "base64url").toString());
    const changed = Buffer.from(JSON.stringify({ ...read, ...change })).toString("base64url");
    return { headers: { DPoP: [changed, ...rest].join(".") } };
  };
const send = (headers: Record<string, string>) => (): Spoiled => ({ headers });

const cors = {
  allowedOrigins: ["https://app.example"],
  allowedMethods: ["GET"],
  allowedHeaders: [],
  exposedHeaders: [],
  allowCredentials: false,
};
const preflight = (path: string) => (): Spoiled => ({
  method: "OPTIONS",
  url: `${origin}${path}`,
  headers: {
    Authorization: "",
    DPoP: "",
    Origin: "https://app.example",
    "Access-Control-Request-Method": "GET",
  },
});
const { defaultRule: _, ...withoutDefault } = configuration;

// biome-ignore format: a row is a line
export const rows: readonly Row[] = [
  ["nothing spoiled", "allow", () => ({})],
  ["plain http", "route.insecure", () => ({ url: "http://api.example.com/api/x" })],
  ["another origin", "route.misdirected", () => ({ url: "https://other.example/api/x" })],
  ["a user in the URL", "route.unsafe", () => ({ url: "https://me@api.example.com/api/x" })],
  ["a double slash", "route.unsafe", () => ({ url: `${origin}/api//x` })],
  ["an encoded slash", "route.unsafe", () => ({ url: `${origin}/api/%2fx` })],
  ["no rule", "rule.unauthorized", () => ({ url: `${origin}/other` })],
  [
    "no rule and no default",
    "route.none",
    () => ({ url: `${origin}/other` }),
    withoutDefault,
  ],

  ["no Authorization", "credentials.missing", send({ Authorization: "" })],
  ["another scheme", "credentials.missing", send({ Authorization: "Basic YTpi" })],
  ["no token", "credentials.malformed", send({ Authorization: "DPoP" })],
  [
    "two tokens",
    "credentials.multiple",
    ({ token }) => ({ headers: { Authorization: `DPoP ${token}, DPoP ${token}` } }),
  ],
  ["no proof", "proof.missing", send({ DPoP: "" })],
  ["two proofs", "proof.multiple", ({ proof }) => ({ headers: { DPoP: `${proof}, ${proof}` } })],
  ["a long proof", "credentials.too_large", send({ DPoP: "a".repeat(9000) })],

  ["an opaque token", "token.malformed", send({ Authorization: "DPoP opaque-token-of-somebody" })],
  ["a token's typ", "token.type", tokenWith({}, { typ: "dpop+jwt" })],
  ["a token's alg", "token.alg", tokenWith({}), withAuthenticator({ algorithms: ["EdDSA"] })],
  ["a token's issuer", "token.issuer", tokenWith({ iss: "https://other.example" })],
  ["a token's key", "token.key", tokenWith({}, { kid: "unknown" })],
  [
    "a token's signature",
    "token.signature",
    async ({ token, world, nonce }) => {
      const forged = `${token.slice(0, -8)}AAAAAAAA`;
      const DPoP = await dpopProof(clientKey, forged, world.clock.seconds, { nonce });
      return { headers: { Authorization: `DPoP ${forged}`, DPoP } };
    },
  ],
  ["a token that ended", "token.expired", tokenWith({ exp: 1_799_999_000 })],
  ["a token of tomorrow", "token.early", tokenWith({ nbf: 1_800_086_400 })],
  ["a token without exp", "token.malformed", tokenWith({ exp: undefined })],
  ["a token's audience", "token.audience", tokenWith({ aud: "https://other.example" })],
  ["a token's cnf", "token.malformed", tokenWith({ cnf: { jkt: 7 } })],
  ["a token of nobody", "token.malformed", tokenWith({ sub: undefined })],
  ["an unbound token", "token.unbound", tokenWith({ cnf: undefined })],
  [
    "a bound token as Bearer",
    "token.downgraded",
    ({ token }) => ({ headers: { Authorization: `Bearer ${token}`, DPoP: "" } }),
  ],
  [
    "a Bearer token with a proof",
    "credentials.malformed",
    async ({ world, proof }) => ({
      headers: { Authorization: `Bearer ${await world.accessToken()}`, DPoP: proof },
    }),
  ],

  [
    "a proof of two parts",
    "proof.malformed",
    ({ proof }) => ({ headers: { DPoP: proof.split(".").slice(1).join(".") } }),
  ],
  ["a proof's typ", "proof.type", headed({ typ: "JWT" })],
  ["a proof's alg", "proof.alg", headed({ alg: "HS256" })],
  ["a proof with crit", "proof.malformed", headed({ crit: ["exp"] })],
  [
    "a proof with a private key",
    "proof.jwk",
    ({ proof, ...made }) =>
      headed({ jwk: { ...clientKey.publicJwk, d: "AAAA" } })({ proof, ...made }),
  ],
  ["a proof with a weak key", "proof.jwk", headed({ alg: "EdDSA", jwk: weak })],
  ["a proof without jti", "proof.jti", proofWith({ jti: undefined })],
  ["another method", "proof.htm", () => ({ method: "POST" })],
  ["another URL", "proof.htu", () => ({ url: `${origin}/api/y` })],
  ["an old proof", "proof.iat", proofWith({ iat: 1_799_999_000 })],
  ["a proof from the future", "proof.iat", proofWith({ iat: 1_800_000_100 })],
  ["a nonce that is no string", "proof.malformed", proofWith({ nonce: 7 })],
  [
    "another key",
    "token.binding",
    async ({ token, world, nonce }) => ({
      headers: { DPoP: await dpopProof(thief, token, world.clock.seconds, { nonce }) },
    }),
  ],
  ["no ath", "proof.ath", proofWith({ ath: undefined })],
  [
    "a proof's signature",
    "proof.signature",
    ({ proof }) => ({ headers: { DPoP: `${proof.slice(0, -8)}AAAAAAAA` } }),
  ],

  ["no nonce", "nonce.missing", proofWith({ nonce: undefined })],
  ["somebody's nonce", "nonce.invalid", proofWith({ nonce: "somebodys-nonce" })],
  [
    "a nonce that ended",
    "nonce.expired",
    async (made) => {
      made.world.clock.seconds += 65;
      return await proofWith({})(made);
    },
  ],
  ["a proof sent twice", "proof.replayed", () => ({ before: true })],
  [
    "a scope",
    "policy.scope",
    () => ({}),
    withAuthenticator({ scopes: { strategy: "exact", values: ["write"] } }),
  ],
  [
    "a rule that denies",
    "policy.denied",
    proofWith({ nonce: undefined }),
    withRule({ authorizers: [{ type: "deny", id: "no" }] }),
  ],
  [
    "anybody",
    "allow",
    send({ Authorization: "", DPoP: "" }),
    withRule({ authenticators: [{ type: "anonymous", id: "anyone", subject: "anonymous" }] }),
  ],
  ["anybody, denied", "policy.denied", send({ Authorization: "", DPoP: "" }), withRule({ authenticators: [{ type: "anonymous", id: "anyone", subject: "anonymous" }], authorizers: [{ type: "deny", id: "no" }] })],
  ["the edge's keys", "allow", () => ({ url: `${origin}/.well-known/jwks`, headers: { Authorization: "", DPoP: "" } })],
  ["a preflight", "allow", preflight("/api/x"), withRule({ cors })],
  ["a preflight of nothing", "rule.unauthorized", preflight("/other"), withRule({ cors })],
  ["a preflight where no other origin may call", "credentials.missing", preflight("/api/x")],
  [
    "an opportunistic Bearer token",
    "allow",
    async ({ world }) => ({
      headers: { Authorization: `Bearer ${await world.accessToken()}`, DPoP: "" },
    }),
    withAuthenticator({
      possession: { ...jwtAuthenticator.possession, enforcement: "opportunistic" },
    }),
  ],
  [
    "the second authenticator's issuer",
    "token.issuer",
    () => ({}),
    withRule({
      authenticators: [
        { ...jwtAuthenticator, issuers: ["https://a.example"] },
        { ...jwtAuthenticator, issuers: ["https://b.example"] },
      ],
    }),
  ],
  ["no nonce where none is required", "allow", proofWith({ nonce: undefined }), noNonce],
];
