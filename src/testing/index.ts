// The package's export "dpop-edge/testing": an issuer and a client in memory, for tests.
export type {} from "../web-names.ts";
export {
  createTestClient,
  type ProofOf,
  type Send,
  type TestCall,
  type TestClient,
  type TestClientOptions,
} from "./client.ts";
export {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TestTokenOptions,
} from "./issuer.ts";
