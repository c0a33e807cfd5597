import { errors } from "jose";

/** Why an internal token was refused: one row a code. */
export const failures = {
  "token.missing": { status: 401, says: "No internal token came with the request." },
  "token.malformed": { status: 401, says: "The internal token is not one well-formed JWT." },
  "token.type": { status: 401, says: "The internal token's typ is not JWT." },
  "token.alg": {
    status: 401,
    says: "The internal token is signed with another algorithm than are accepted.",
  },
  "token.key": { status: 401, says: "The edge publishes no key for the internal token." },
  "token.signature": { status: 401, says: "The internal token's signature does not verify." },
  "token.issuer": { status: 401, says: "The internal token comes from another issuer." },
  "token.audience": { status: 401, says: "The internal token is meant for another service." },
  "token.expired": { status: 401, says: "The internal token has expired." },
  "token.early": { status: 401, says: "The internal token is not valid yet: compare the clocks." },
  "token.claims": { status: 401, says: "The internal token lacks exp, iat or sub." },
  "keys.unavailable": { status: 503, says: "The edge's keys cannot be had at the moment." },
} as const;

export type FailureCode = keyof typeof failures;

/** A token that was not accepted, and what to answer. `message` holds nothing of the token. */
export interface Failure {
  readonly code: FailureCode;
  readonly status: 401 | 503;
  readonly message: string;
}

export function failure(code: FailureCode): Failure {
  return { code, status: failures[code].status, message: failures[code].says };
}

const byJoseCode: Readonly<Record<string, FailureCode>> = {
  [errors.JWTExpired.code]: "token.expired",
  [errors.JWTInvalid.code]: "token.malformed",
  [errors.JWSInvalid.code]: "token.malformed",
  [errors.JOSENotSupported.code]: "token.malformed",
  [errors.JOSEAlgNotAllowed.code]: "token.alg",
  [errors.JWSSignatureVerificationFailed.code]: "token.signature",
  [errors.JWKSNoMatchingKey.code]: "token.key",
  [errors.JWKSMultipleMatchingKeys.code]: "token.key",
};

const byClaim: Readonly<Record<string, FailureCode>> = {
  typ: "token.type",
  iss: "token.issuer",
  aud: "token.audience",
  nbf: "token.early",
};

/** What jose threw, in our words; whatever it does not name came from fetching the keys. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    return failure(byClaim[thrown.claim] ?? "token.claims");
  }
  const code = thrown instanceof errors.JOSEError ? byJoseCode[thrown.code] : undefined;
  return failure(code ?? "keys.unavailable");
}
