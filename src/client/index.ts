// The package's export "dpop-edge/client": for whoever calls an API that demands DPoP.
export type {} from "../web-names.ts";
export { type Challenge, parseChallenges } from "./challenge.ts";
export { createDpopClient, type DpopClient, type DpopClientOptions } from "./client.ts";
export type { Exchange } from "./exchange.ts";
export { DpopError, type DpopErrorCode } from "./failure.ts";
export { type DpopKey, type GenerateOptions, generateKey, keyFromPair } from "./key.ts";
export { type KeyStore, memoryKeyStore } from "./key-store.ts";
export { exportKey, type ImportOptions, importKey } from "./key-text.ts";
export { type Channel, memoryNonces, type Nonces, sharedNonces } from "./nonces.ts";
export { createOAuthClient, type OAuthClient, type OAuthClientOptions } from "./oauth/client.ts";
export type { RegisteredClient } from "./oauth/registration.ts";
export {
  type ClientIdentity,
  type Grant,
  memoryTokenStore,
  type TokenStore,
} from "./oauth/token-store.ts";
export { createProof, type ProofOptions } from "./proof.ts";
export type { Remedy } from "./remedy.ts";
export type { Fetch, FetchInit } from "./request.ts";
export type { Token, TokenSource } from "./token.ts";
