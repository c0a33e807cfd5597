/** One check of the line: where it stands, what it looks at, which clause asks for it. */
export interface CheckRow {
  readonly step: "route" | "credentials" | "token" | "proof" | "nonce" | "replay" | "policy";
  readonly name: string;
  readonly clause: string;
}

/** RFC 9449 section 4.3 numbers what a server must check. */
const list = (check: string) => `RFC 9449 section 4.3, check ${check}`;

/** Every check, in the order in which the edge makes them. */
export const checks = {
  "route.url": { step: "route", name: "origin", clause: "RFC 9110 section 4.3" },
  "route.path": { step: "route", name: "path", clause: "RFC 3986 section 6.2.2" },
  "route.rule": { step: "route", name: "rule", clause: "the documents" },
  "route.authenticator": { step: "credentials", name: "authenticator", clause: "the documents" },
  "credentials.fields": {
    step: "credentials",
    name: "Authorization and DPoP",
    clause: "RFC 9449 section 7.1 and section 4.3, check 1",
  },
  "credentials.proof": {
    step: "credentials",
    name: "proof beside the token",
    clause: "RFC 9449 section 7.1",
  },
  "token.form": { step: "token", name: "form", clause: "RFC 9068 section 2" },
  "token.type": { step: "token", name: "typ", clause: "RFC 9068 section 4" },
  "token.alg": { step: "token", name: "alg", clause: "RFC 8725 section 3.1" },
  "token.extensions": { step: "token", name: "no crit, no b64", clause: "RFC 7515 section 4.1.11" },
  "token.issuer": { step: "token", name: "iss", clause: "RFC 9068 section 4" },
  "token.signature": { step: "token", name: "signature", clause: "RFC 9068 section 4" },
  "token.lifetime": { step: "token", name: "exp, nbf, iat", clause: "RFC 7519 section 4.1.4" },
  "token.audience": { step: "token", name: "aud", clause: "RFC 7519 section 4.1.3" },
  "token.confirmation": { step: "token", name: "cnf.jkt", clause: "RFC 9449 section 6.1" },
  "token.principal": { step: "token", name: "principal", clause: "the documents" },
  "token.presentation": { step: "token", name: "scheme", clause: "RFC 9449 section 7.2" },
  "proof.form": { step: "proof", name: "form", clause: list("2") },
  "proof.type": { step: "proof", name: "typ", clause: list("4") },
  "proof.alg": { step: "proof", name: "alg", clause: list("5") },
  "proof.extensions": { step: "proof", name: "no crit, no b64", clause: "RFC 7515 section 4.1.11" },
  "proof.jwk": { step: "proof", name: "jwk", clause: list("7") },
  "proof.jti": { step: "proof", name: "jti", clause: list("3") },
  "proof.htm": { step: "proof", name: "htm", clause: list("8") },
  "proof.htu": { step: "proof", name: "htu", clause: list("9") },
  "proof.iat": { step: "proof", name: "iat", clause: list("11") },
  "proof.nonce": { step: "proof", name: "nonce is a string", clause: "RFC 9449 section 4.2" },
  "proof.binding": { step: "proof", name: "key of the token", clause: list("12") },
  "proof.ath": { step: "proof", name: "ath", clause: list("12") },
  "proof.signature": { step: "proof", name: "signature", clause: list("6") },
  nonce: { step: "nonce", name: "nonce", clause: list("10") },
  replay: { step: "replay", name: "used once", clause: "RFC 9449 section 11.1" },
  "policy.scope": { step: "policy", name: "scopes", clause: "RFC 6750 section 3.1" },
  "policy.steps": { step: "policy", name: "authorizers", clause: "the documents" },
} as const satisfies Record<string, CheckRow>;

export type CheckId = keyof typeof checks;
