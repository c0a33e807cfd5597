import { Refused } from "../decision.ts";

/** RFC 9449 section 4.2: the nonce claim, a string where present; who asked for it judges it later. Throws proof.malformed. */
export function readNonceClaim(nonce: unknown): string | undefined {
  if (nonce === undefined || typeof nonce === "string") return nonce;
  throw new Refused("proof.malformed", { expected: "nonce to be a string" });
}
