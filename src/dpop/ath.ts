import { Refused } from "../decision.ts";

/** RFC 9449 section 4.3, check 12a: the hash of the very token that came with the proof. Throws proof.ath. */
export function checkAth(ath: unknown, expected: string): void {
  if (ath !== expected) throw new Refused("proof.ath");
}
