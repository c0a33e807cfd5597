/** One check of the line: where it stands, what it looks at, which clause asks for it. */
export interface CheckRow {
  readonly step:
    | "route"
    | "credentials"
    | "token"
    | "proof"
    | "nonce"
    | "revocation"
    | "replay"
    | "policy";
  readonly name: string;
  readonly clause: string;
  /** Said where the check itself does not say it better. */
  readonly expects: string;
}

/** RFC 9449 section 4.3 numbers what a server must check. */
const list = (check: string) => `RFC 9449 section 4.3, check ${check}`;

/** Every check, in the order in which the edge makes them. */
export const checks = {
  "route.url": {
    step: "route",
    name: "origin",
    clause: "RFC 9110 section 4.3",
    expects: "https, at an origin that is served here",
  },
  "route.path": {
    step: "route",
    name: "path",
    clause: "RFC 3986 section 6.2.2",
    expects: "a path that every parser reads alike",
  },
  "route.rule": {
    step: "route",
    name: "rule",
    clause: "the documents",
    expects: "a rule that matches",
  },
  "route.authenticator": {
    step: "credentials",
    name: "authenticator",
    clause: "the documents",
    expects: "somebody who may come in",
  },
  "credentials.fields": {
    step: "credentials",
    name: "Authorization and DPoP",
    clause: "RFC 9449 section 7.1 and section 4.3, check 1",
    expects: "one Authorization: DPoP <token>, and one DPoP: <proof>",
  },
  "credentials.proof": {
    step: "credentials",
    name: "proof beside the token",
    clause: "RFC 9449 section 7.1",
    expects: "a DPoP field",
  },
  "credentials.user": {
    step: "credentials",
    name: "user and password",
    clause: "RFC 7617 section 2",
    expects: "the user of the documents, and the password",
  },
  "token.introspection": {
    step: "token",
    name: "what the issuer says of it",
    clause: "RFC 7662 section 2",
    expects: "an active token",
  },
  "token.form": {
    step: "token",
    name: "form",
    clause: "RFC 9068 section 2",
    expects: "a compact JWS",
  },
  "token.type": { step: "token", name: "typ", clause: "RFC 9068 section 4", expects: "at+jwt" },
  "token.alg": {
    step: "token",
    name: "alg",
    clause: "RFC 8725 section 3.1",
    expects: "an asymmetric algorithm",
  },
  "token.extensions": {
    step: "token",
    name: "no crit, no b64",
    clause: "RFC 7515 section 4.1.11",
    expects: "no crit, no b64",
  },
  "token.issuer": {
    step: "token",
    name: "iss",
    clause: "RFC 9068 section 4",
    expects: "an issuer of the documents",
  },
  "token.signature": {
    step: "token",
    name: "signature",
    clause: "RFC 9068 section 4",
    expects: "a signature by a key of the issuer",
  },
  "token.anchors": {
    step: "token",
    name: "x5c of the key",
    clause: "RFC 5280 section 6.1",
    expects: "a key whose certificates lead to a trust anchor",
  },
  "token.lifetime": {
    step: "token",
    name: "exp, nbf, iat",
    clause: "RFC 7519 section 4.1.4",
    expects: "a token that is valid now",
  },
  "token.audience": {
    step: "token",
    name: "aud",
    clause: "RFC 7519 section 4.1.3",
    expects: "this API",
  },
  "token.confirmation": {
    step: "token",
    name: "cnf.jkt",
    clause: "RFC 9449 section 6.1",
    expects: "cnf with a jkt, or no cnf",
  },
  "token.certificate": {
    step: "token",
    name: "cnf.x5t#S256",
    clause: "RFC 8705 section 3",
    expects: "the certificate that the token names",
  },
  "token.principal": {
    step: "token",
    name: "principal",
    clause: "the documents",
    expects: "a principal",
  },
  "token.presentation": {
    step: "token",
    name: "scheme",
    clause: "RFC 9449 section 7.2",
    expects: "a bound token with the DPoP scheme and a proof",
  },
  "proof.form": { step: "proof", name: "form", clause: list("2"), expects: "a compact JWS" },
  "proof.type": { step: "proof", name: "typ", clause: list("4"), expects: "dpop+jwt" },
  "proof.alg": {
    step: "proof",
    name: "alg",
    clause: list("5"),
    expects: "an asymmetric algorithm",
  },
  "proof.extensions": {
    step: "proof",
    name: "no crit, no b64",
    clause: "RFC 7515 section 4.1.11",
    expects: "no crit, no b64",
  },
  "proof.jwk": { step: "proof", name: "jwk", clause: list("7"), expects: "a public key" },
  "proof.jti": { step: "proof", name: "jti", clause: list("3"), expects: "a unique string" },
  "proof.htm": { step: "proof", name: "htm", clause: list("8"), expects: "the request's method" },
  "proof.htu": { step: "proof", name: "htu", clause: list("9"), expects: "the request's URL" },
  "proof.iat": { step: "proof", name: "iat", clause: list("11"), expects: "now" },
  "proof.nonce": {
    step: "proof",
    name: "nonce is a string",
    clause: "RFC 9449 section 4.2",
    expects: "a string, or none",
  },
  "proof.binding": {
    step: "proof",
    name: "key of the token",
    clause: list("12"),
    expects: "the key that the token names",
  },
  "proof.ath": { step: "proof", name: "ath", clause: list("12"), expects: "the hash of the token" },
  "proof.signature": {
    step: "proof",
    name: "signature",
    clause: list("6"),
    expects: "a signature by the header's jwk",
  },
  nonce: {
    step: "nonce",
    name: "nonce",
    clause: list("10"),
    expects: "a nonce of this server, and a young one",
  },
  revocation: {
    step: "revocation",
    name: "not revoked",
    clause: "the documents",
    expects: "a key, a token and a subject that nobody has revoked",
  },
  replay: {
    step: "replay",
    name: "used once",
    clause: "RFC 9449 section 11.1",
    expects: "a jti that this key has not used before",
  },
  "policy.scope": {
    step: "policy",
    name: "scopes",
    clause: "RFC 6750 section 3.1",
    expects: "the rule's scopes",
  },
  "policy.steps": {
    step: "policy",
    name: "authorizers",
    clause: "the documents",
    expects: "no authorizer that denies",
  },
  "policy.finalizers": {
    step: "policy",
    name: "finalizers",
    clause: "the documents",
    expects: "what the upstream gets can be made",
  },
  "policy.error_handler": {
    step: "policy",
    name: "error handler",
    clause: "the documents",
    expects: "an answer that can be made",
  },
} as const satisfies Record<string, CheckRow>;

export type CheckId = keyof typeof checks;
