import { Refused } from "../decision.ts";
import type { JsonObject } from "../jws/json.ts";

/**
 * RFC 7515 section 4.1.11: an extension that is not understood refuses; none is understood. RFC
 * 7797's `b64` changes what is signed, so it is refused even where nobody calls it critical.
 */
export function checkExtensions(header: JsonObject): void {
  for (const name of ["crit", "b64"]) {
    if (Object.hasOwn(header, name)) {
      throw new Refused("proof.malformed", { expected: `no ${name}`, found: name });
    }
  }
}
