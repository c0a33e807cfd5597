import { Refused } from "../decision.ts";

/** UTF-16 code units. Clients send 16 to 43; the RFC asks for 96 random bits. */
const maxLength = 256;

/** RFC 9449 section 4.3, check 3, and section 4.2: the proof's own name, 1 to 256 characters. Throws proof.jti. */
export function checkJti(jti: unknown): string {
  // A lone surrogate has no UTF-8: two such names would share a replay key.
  if (typeof jti === "string" && jti !== "" && jti.length <= maxLength && jti.isWellFormed()) {
    return jti;
  }
  const length = typeof jti === "string" ? `${jti.length} characters` : typeof jti;
  throw new Refused("proof.jti", { expected: `a string of 1 to ${maxLength}`, found: length });
}
