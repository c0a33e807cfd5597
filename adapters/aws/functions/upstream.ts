import { createVerifier, type Verifier } from "../../../src/upstream/index.ts";

/** An integration's event: `lambda` is around the context in payload 2.0, and not in 1.0. */
interface IntegrationEvent {
  readonly requestContext: {
    readonly authorizer?: Claims & { readonly lambda?: Claims };
  };
}
interface Claims {
  readonly internalToken?: string;
  readonly dpopNonce?: string;
}

const { INTERNAL_JWKS_URL = "", INTERNAL_ISSUER = "", INTERNAL_AUDIENCE } = process.env;

let verifier: Verifier | undefined;
const options = {
  jwksUrl: INTERNAL_JWKS_URL,
  issuer: INTERNAL_ISSUER,
  ...(INTERNAL_AUDIENCE ? { audience: INTERNAL_AUDIENCE } : {}),
};

/**
 * An example of a service behind the authorizer: it verifies the internal token, says who called,
 * and sends the nonce along that a steady client needs.
 */
export async function handler({ requestContext }: IntegrationEvent) {
  const { internalToken = "", dpopNonce } =
    requestContext.authorizer?.lambda ?? requestContext.authorizer ?? {};
  verifier ??= createVerifier(options);
  const result = await verifier.verify(`Bearer ${internalToken}`);
  if (!result.ok) {
    const { code, message, status } = result.failure;
    return { statusCode: status, headers, body: JSON.stringify({ code, message }) };
  }
  return {
    statusCode: 200,
    headers: { ...headers, ...(dpopNonce ? { "DPoP-Nonce": dpopNonce } : {}) },
    body: JSON.stringify({ caller: result.claims }),
  };
}

const headers = {
  "Content-Type": "application/json",
  "Cache-Control": "no-store",
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "DPoP-Nonce, WWW-Authenticate",
};
