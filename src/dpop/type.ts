import { Refused } from "../decision.ts";
import { shortMediaType } from "../jws/media-type.ts";
import { found } from "./found.ts";

/** RFC 9449 section 4.3, check 4: no other kind of JWT passes for a proof (RFC 8725 section 3.11). */
export function checkType(typ: unknown): void {
  if (typeof typ === "string" && shortMediaType(typ) === "dpop+jwt") return;
  throw new Refused("proof.type", { expected: "dpop+jwt", found: found(typ) });
}
