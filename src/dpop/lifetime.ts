import { Refused } from "../decision.ts";
import { found } from "./found.ts";

interface Lifetime {
  readonly exp?: unknown;
  readonly nbf?: unknown;
}

/**
 * RFC 9449 asks for neither; RFC 7519 sections 4.1.4 and 4.1.5 say what they mean where a client
 * sets them. Throws proof.malformed for what is no NumericDate, proof.iat outside of them.
 * @param now seconds
 * @param leeway seconds
 */
export function checkLifetime(claims: Lifetime, now: number, leeway: number): void {
  const exp = date(claims, "exp");
  const nbf = date(claims, "nbf");
  if (exp !== undefined && now >= exp + leeway) {
    throw new Refused("proof.iat", { expected: `exp > ${now - leeway}`, found: `${exp}` });
  }
  if (nbf !== undefined && nbf > now + leeway) {
    throw new Refused("proof.iat", { expected: `nbf <= ${now + leeway}`, found: `${nbf}` });
  }
}

function date(claims: Lifetime, name: "exp" | "nbf"): number | undefined {
  const value = claims[name];
  if (value === undefined || typeof value === "number") return value;
  throw new Refused("proof.malformed", {
    expected: `${name} as a NumericDate`,
    found: found(value),
  });
}
