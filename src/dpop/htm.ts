import { Refused } from "../decision.ts";
import { found } from "./found.ts";

/** RFC 9449 section 4.3, check 8: the request's method, exactly; methods are case-sensitive (RFC 9110 section 9.1). */
export function checkHtm(htm: unknown, method: string): void {
  if (htm === method) return;
  throw new Refused("proof.htm", { expected: method, found: found(htm) });
}
