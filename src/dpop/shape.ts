import { Refused } from "../decision.ts";
import { type CompactJws, parseCompact } from "../jws/compact.ts";

/** RFC 9449 section 4.3, check 2: a single, well-formed JWT. Throws proof.malformed. */
export function parseProof(text: string): CompactJws {
  const proof = parseCompact(text);
  if (proof === undefined) throw new Refused("proof.malformed", { expected: "a compact JWS" });
  return proof;
}
