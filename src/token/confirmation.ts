import { Refused } from "../decision.ts";
import { isBase64url } from "../jws/base64url.ts";
import { parseCompact } from "../jws/compact.ts";

/** 32 bytes in base64url. */
const thumbprintLength = 43;

/** Members that bind a token by means that are not checked here (RFC 7800 section 3). */
const otherBindings = ["jwk", "jwe", "kid", "jku"];

/** What a token is bound to; nothing: to none. */
export interface Confirmation {
  /** RFC 9449 section 6.1: the thumbprint of the client's key. */
  readonly jkt?: string;
  /** RFC 8705 section 3.1: the SHA-256 thumbprint of the client's certificate. */
  readonly x5t?: string;
}

/**
 * Whatever was meant to bind and cannot be read is refused: an issuer's `cnf` never turns into a
 * Bearer token. A token that is bound twice must be proven twice.
 * @throws Refused token.malformed, token.binding
 */
export function confirmation(cnf: unknown): Confirmation {
  if (cnf === undefined) return {};
  if (typeof cnf !== "object" || cnf === null || Array.isArray(cnf)) {
    throw new Refused("token.malformed", { expected: "cnf as an object" });
  }
  // Members beside these (RFC 7800 section 3.1: ignore what is not understood) change nothing.
  const known = {
    ...("jkt" in cnf ? { jkt: thumbprint(cnf.jkt, "jkt") } : {}),
    ...("x5t#S256" in cnf ? { x5t: thumbprint(cnf["x5t#S256"], "x5t#S256") } : {}),
  };
  if (Object.keys(known).length > 0) return known;
  const other = otherBindings.filter((name) => Object.hasOwn(cnf, name));
  if (other.length === 0) throw new Refused("token.malformed", { expected: "cnf with a jkt" });
  throw new Refused("token.binding", {
    expected: "cnf.jkt or cnf.x5t#S256",
    found: `cnf.${other.join(", cnf.")}`,
  });
}

/**
 * A JWT that binds itself stays bound, whatever the answer of whoever was asked about it leaves out.
 * @param said what the answer binds it to
 * @throws Refused token.malformed, token.binding
 */
export function checkOwnBinding(credential: string, said: Confirmation): void {
  // A header that is read whole has its scheme before the token.
  const token = credential.slice(credential.lastIndexOf(" ") + 1);
  const cnf = parseCompact(token)?.payload.cnf;
  if (cnf === undefined) return;
  const own = confirmation(cnf);
  if (own.jkt === said.jkt && own.x5t === said.x5t) return;
  throw new Refused("token.binding", {
    expected: "an answer with the token's own cnf",
    found: said.jkt === undefined && said.x5t === undefined ? "none" : "another one",
  });
}

function thumbprint(value: unknown, name: string): string {
  if (typeof value === "string" && value.length === thumbprintLength && isBase64url(value))
    return value;
  throw new Refused("token.malformed", {
    expected: `cnf.${name} as a base64url SHA-256 thumbprint`,
  });
}
