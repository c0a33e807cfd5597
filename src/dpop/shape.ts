import { Refused } from "../decision.ts";
import { type CompactJws, type CompactParts, parsePart, splitCompact } from "../jws/compact.ts";
import type { JsonObject } from "../jws/json.ts";

/** RFC 9449 section 4.3, check 2: a single, well-formed JWT. Throws proof.malformed. */
export function parseProof(text: string): CompactJws {
  const { header, payload } = splitProof(text);
  return { header: objectOf(header), payload: objectOf(payload), text };
}

/** Its parts, of which `objectOf` tells whether they are what they should be. Throws proof.malformed. */
export function splitProof(text: string): CompactParts {
  return splitCompact(text) ?? malformed();
}

/** A header's or payload's object. Throws proof.malformed. */
export function objectOf(part: string): JsonObject {
  return parsePart(part) ?? malformed();
}

function malformed(): never {
  throw new Refused("proof.malformed", { expected: "a compact JWS" });
}
