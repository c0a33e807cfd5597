import { Refused } from "../decision.ts";
import { type CompactJws, parseCompact } from "../jws/compact.ts";

/** Characters. A proof with an RSA key of 8192 bits and its signature takes less than 6,000. */
const maxLength = 8192;

/** RFC 9449 section 4.3, check 2: a single, well-formed JWT. Throws proof.malformed. */
export function parseProof(text: string): CompactJws {
  if (text.length > maxLength) {
    const detail = { expected: `at most ${maxLength} characters`, found: String(text.length) };
    throw new Refused("proof.malformed", detail);
  }
  const proof = parseCompact(text);
  if (proof === undefined) throw new Refused("proof.malformed", { expected: "a compact JWS" });
  return proof;
}
