import { Refused } from "../decision.ts";

/** RFC 9449 section 4.3, check 12b: the proof's key is the one that the token is bound to. Throws token.binding. */
export function checkBinding(jkt: string, expected: string): void {
  if (jkt !== expected) throw new Refused("token.binding", { expected, found: jkt });
}
