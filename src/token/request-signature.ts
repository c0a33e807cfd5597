import type { RequestSignature } from "../configuration.ts";

/** A request that is about to be sent; `headers` are changed. */
export interface SignableRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string | undefined;
}

/** Signs a request by RFC 9421: Content-Digest, Signature-Input and Signature. @throws FetchError */
export type RequestSignatureCode = (
  signature: RequestSignature,
  request: SignableRequest,
) => Promise<void>;
