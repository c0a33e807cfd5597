import { Refused } from "../decision.ts";
import { isBase64url } from "../jws/base64url.ts";

/** 32 bytes in base64url. */
const thumbprintLength = 43;

/** Members that bind a token by other means than DPoP (RFC 7800 section 3, RFC 8705 section 3.1). */
const otherBindings = ["x5t#S256", "jwk", "jwe", "kid", "jku"];

/**
 * RFC 9449 section 6.1: the thumbprint of the key that the token is bound to, undefined where the
 * token is bound to none. Whatever was meant to bind and cannot be read is refused: an issuer's
 * `cnf` never turns into a Bearer token.
 * @throws Refused token.malformed, token.binding
 */
export function boundKey(cnf: unknown): string | undefined {
  if (cnf === undefined) return undefined;
  if (typeof cnf !== "object" || cnf === null || Array.isArray(cnf)) {
    throw new Refused("token.malformed", { expected: "cnf as an object" });
  }
  // Members beside jkt (RFC 7800 section 3.1: ignore what is not understood) change nothing.
  if ("jkt" in cnf) return jkt(cnf.jkt);
  const other = otherBindings.filter((name) => Object.hasOwn(cnf, name));
  if (other.length === 0) throw new Refused("token.malformed", { expected: "cnf with a jkt" });
  throw new Refused("token.binding", { expected: "cnf.jkt", found: `cnf.${other.join(", cnf.")}` });
}

function jkt(value: unknown): string {
  if (typeof value === "string" && value.length === thumbprintLength && isBase64url(value))
    return value;
  throw new Refused("token.malformed", { expected: "cnf.jkt as a base64url SHA-256 thumbprint" });
}
