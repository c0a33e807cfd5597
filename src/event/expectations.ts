import type { RefusalCode } from "../decision.ts";

/** What would have passed, where the check that refuses has nothing more exact to say. */
export const expectations: Partial<Record<RefusalCode, string>> = {
  "credentials.missing": "Authorization: DPoP <token>",
  "credentials.malformed": "a DPoP proof beside a token of the DPoP scheme only",
  "credentials.multiple": "one Authorization header",
  "token.malformed": "a signed JWT with the claims that are needed",
  "token.key": "the kid of a key that the issuer publishes",
  "token.signature": "a signature by one of the issuer's keys",
  "token.downgraded": "the DPoP scheme and a proof",
  "token.unbound": "a token with cnf.jkt",
  "token.revoked": "a token, a key and a subject that nobody has revoked",
  "proof.missing": "a DPoP header",
  "proof.multiple": "one DPoP header",
  "proof.malformed": "a compact JWS",
  "proof.signature": "a signature by the key in the proof's jwk",
  "proof.ath": "the SHA-256 of the token that was sent",
  "proof.replayed": "a new proof for every request",
  "nonce.missing": "the nonce of DPoP-Nonce in the proof",
  "nonce.invalid": "a nonce that was made here",
  "nonce.expired": "a nonce that is younger than max_age",
  "policy.denied": "a caller whom the rule's authorizers let pass",
  "rule.unauthorized": "a path that a rule opens",
  "route.none": "a path that a rule matches",
  "route.unsafe": "a path with one reading",
  internal: "a deployment without faults",
};
