// The package's export "dpop-edge/upstream": for the service behind the edge.
export type {} from "../web-names.ts";
export type { HeadersLike, NodeHeaders, TokenHeader, TokenSource } from "./credentials.ts";
export type { Failure, FailureCode } from "./failure.ts";
export {
  type IncomingRequest,
  internalClaims,
  type OutgoingResponse,
  requireInternalToken,
} from "./middleware.ts";
export {
  createVerifier,
  type InternalClaims,
  type Keys,
  type PublicKey,
  type Verification,
  type Verifier,
  type VerifierOptions,
} from "./verifier.ts";
