/** What a refusal looks like from outside: one row a code, the whole table. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 413 | 421 | 431 | 500 | 503;
  /** The `error` of RFC 6750 section 3.1, RFC 9449 section 7.1 and RFC 9470 section 3; absent: a bare challenge, or none. */
  readonly error?:
    | "invalid_request"
    | "invalid_token"
    | "invalid_dpop_proof"
    | "use_dpop_nonce"
    | "insufficient_scope"
    | "insufficient_user_authentication";
  /** Static text: nothing that a client sent is ever echoed. */
  readonly says: string;
}

const request = { status: 400, error: "invalid_request" } as const;
const token = { status: 401, error: "invalid_token" } as const;
const proof = { status: 401, error: "invalid_dpop_proof" } as const;
const nonce = { status: 401, error: "use_dpop_nonce" } as const;

/** Every reason to refuse. Status, headers, body, event and documentation come from this table. */
export const refusals = {
  "credentials.missing": { status: 401, says: "No access token was sent." },
  "credentials.malformed": {
    ...request,
    says: "The Authorization header cannot be read, or contradicts the DPoP header.",
  },
  "credentials.multiple": {
    ...request,
    says: "Exactly one access token is allowed, in the Authorization header.",
  },

  "credentials.too_large": {
    status: 431,
    says: "The access token or the proof is larger than is accepted here.",
  },

  "credentials.invalid": { status: 401, says: "The user or the password is wrong." },

  "token.malformed": { ...token, says: "The access token is not well-formed." },
  "token.type": { ...token, says: "The access token's typ is not accepted here." },
  "token.alg": {
    ...token,
    says: "The access token is signed with an algorithm that is not accepted here.",
  },
  "token.key": { ...token, says: "No key of the issuer fits the access token." },
  "token.signature": { ...token, says: "The access token's signature does not verify." },
  "token.issuer": {
    ...token,
    says: "The access token comes from an issuer that is not accepted here.",
  },
  "token.audience": { ...token, says: "The access token is meant for another audience." },
  "token.expired": { ...token, says: "The access token has expired." },
  "token.inactive": { ...token, says: "The access token or the session is not active." },
  "token.revoked": {
    ...token,
    says: "The access token, its key or its subject has been revoked here.",
  },
  "token.early": { ...token, says: "The access token is not valid yet." },
  "token.downgraded": {
    ...token,
    says: "The access token is bound to a key and must be sent with the DPoP scheme and a proof.",
  },
  "token.unbound": { ...token, says: "The access token is not bound to a key." },
  "token.binding": {
    ...token,
    says: "The access token is bound to another key than the one that was proven.",
  },

  "proof.missing": { ...proof, says: "A DPoP proof is required." },
  "proof.multiple": { ...proof, says: "Exactly one DPoP header is allowed." },
  "proof.malformed": { ...proof, says: "The proof is not a well-formed JWT." },
  "proof.type": { ...proof, says: "The proof's typ must be dpop+jwt." },
  "proof.alg": {
    ...proof,
    says: "The proof is signed with an algorithm that is not accepted here.",
  },
  "proof.jwk": { ...proof, says: "The proof's jwk must be one public key that fits its alg." },
  "proof.signature": { ...proof, says: "The proof's signature does not verify." },
  "proof.jti": { ...proof, says: "The proof needs a jti: a unique string of a reasonable length." },
  "proof.ath": { ...proof, says: "The proof was made for another access token." },
  "proof.htm": { ...proof, says: "The proof was made for another method." },
  "proof.htu": { ...proof, says: "The proof was made for another URL." },
  "proof.iat": {
    ...proof,
    says: "The proof was made too long ago, or in the future: check the clock.",
  },
  "proof.replayed": { ...proof, says: "The proof has been used before." },

  "nonce.missing": { ...nonce, says: "A nonce is required; use the one in DPoP-Nonce." },
  "nonce.invalid": { ...nonce, says: "The nonce is not one of ours; use the one in DPoP-Nonce." },
  "nonce.expired": { ...nonce, says: "The nonce has expired; use the one in DPoP-Nonce." },

  "body.too_large": { status: 413, says: "The request's body is larger than is read here." },
  "body.unreadable": {
    status: 400,
    says: "The request's body is not what its Content-Type says.",
  },

  "policy.scope": {
    status: 403,
    error: "insufficient_scope",
    says: "The access token lacks a scope that is needed here.",
  },
  "policy.denied": { status: 403, says: "Access is denied." },
  "policy.step_up": {
    status: 401,
    error: "insufficient_user_authentication",
    says: "A stronger or a more recent login is needed here.",
  },
  "policy.unavailable": { status: 503, says: "Who decides here cannot be asked at the moment." },
  "rule.unauthorized": { status: 401, says: "Nobody is allowed here." },

  "mcp.malformed": {
    status: 400,
    says: "The body must be one JSON-RPC message, or a batch of them, in UTF-8 and not compressed.",
  },
  "mcp.mismatch": {
    status: 400,
    says: "Mcp-Method, Mcp-Name or MCP-Protocol-Version says something else than the message.",
  },
  "mcp.mixed": { status: 400, says: "The messages of the batch cannot be sent together." },
  "mcp.origin": { status: 403, says: "Pages of this origin may not call." },
  "mcp.session": { status: 404, says: "There is no such session of this caller." },

  "route.none": { status: 404, says: "There is nothing here." },
  "route.unsafe": { status: 400, says: "The path can be read in more than one way." },
  "route.insecure": { status: 400, says: "Use https." },
  "route.misdirected": { status: 421, says: "This origin is not served here." },

  "keys.unavailable": { status: 503, says: "The issuer's keys cannot be had at the moment." },
  "introspection.unavailable": {
    status: 503,
    says: "Whoever vouches for the access token or the session cannot be asked at the moment.",
  },
  "replay.unavailable": { status: 503, says: "Proofs cannot be checked for replay at the moment." },
  "revocation.unavailable": {
    status: 503,
    says: "Whether the access token has been revoked cannot be known at the moment.",
  },
  internal: { status: 500, says: "Something went wrong here." },
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof refusals;

/** What was expected and what was found: for the event and `explain`, never for the client, never a secret. */
export interface Detail {
  readonly expected?: string;
  readonly found?: string;
}

/** Stops the walk. Thrown by steps, caught once, by the authorizer. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: RefusalCode;
  readonly detail: Detail;
  /** Whole seconds after which a 503 may end; absent where nobody knows. */
  readonly retryAfter: number | undefined;

  /** The name of the step that refused, and its mechanism's. */
  step: string | undefined;
  source: string | undefined;
  /** Beside `error` in the challenge: what RFC 9470 adds. */
  parameters: Readonly<Record<string, string>> = {};

  constructor(code: RefusalCode, detail: Detail = {}, retryAfter?: number) {
    // A flood of refusals must not pay for stacks that nobody reads.
    const { stackTraceLimit = 10 } = Error;
    Error.stackTraceLimit = 0;
    super(code);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

/**
 * Something of ours is wrong: a secret that is missing, a template whose output is no JSON object.
 * Its message is for the operator and holds nothing secret; the client sees `internal`.
 */
export class Fault extends Error {
  override readonly name = "Fault";
}

/** Changes an answer's headers, and answers its body. Throws where it cannot be answered. */
export type Finish = (
  headers: Headers,
  body: ReadableStream | null,
) => Promise<ReadableStream | null>;

/** What the edge decided; the adapter carries it out and adds nothing. */
export type Decision = Allow | Answer;

export interface Allow {
  readonly kind: "allow";
  readonly rule: string;
  /** Of the request: in its event, and `X-Request-Id` to both sides. */
  readonly requestId: string;
  /** The complete headers for whoever is behind the edge: no token, no proof, our own additions. */
  readonly headers: Headers;
  /** Where the request goes; absent when the rule forwards nowhere. */
  readonly upstream?: { readonly url: string; readonly timeout: number };
  /** Rewrites the response's headers on the way back: hop-by-hop, CORS, the fresh nonce. */
  readonly responseHeaders: (upstream: Headers, status: number) => Headers;
  /** The same, in place: where the platform has copied them already. */
  readonly amendResponse: (headers: Headers, status: number) => void;
  /** What else becomes of an answer from behind, after `responseHeaders`; absent: nothing. */
  readonly finish?: Finish;
  readonly principal: Principal;
}

/** A response made at the edge: a refusal, the answer to a preflight, a page of its own. */
export interface Answer {
  readonly kind: "refuse" | "preflight" | "keys" | "metadata" | "health" | "revocations";
  readonly code?: RefusalCode;
  readonly status: number;
  readonly headers: Headers;
  /** JSON text; absent on a preflight and where the method is HEAD. */
  readonly body?: string;
}

/** Who is calling, as far as it has been proven. */
export interface Principal {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly clientId?: string;
  readonly scopes: readonly string[];
  /** Of the access token. */
  readonly issuer?: string;
  /** RFC 8693 section 4.1: who acts for the caller, as the access token says. */
  readonly act?: object;
  /** Seconds since the epoch at which the token ends, as it says itself; absent: no end. */
  readonly ends?: number;
  /** The same, and the leeway: nothing may speak for the caller any more. */
  readonly notAfter?: number;
  /** RFC 7638 thumbprint of the key whose possession was proven. */
  readonly jkt?: string;
}
