import { Refused } from "../decision.ts";
import type { JsonObject } from "../jws/json.ts";

/**
 * RFC 7515 section 4.1.11: an extension that must be understood is understood by nobody here; with
 * `b64` (RFC 7797) the bytes that are signed would not be the bytes that are read.
 * @throws Refused token.malformed
 */
export function checkExtensions(header: JsonObject): void {
  for (const name of ["crit", "b64"]) {
    if (Object.hasOwn(header, name))
      throw new Refused("token.malformed", { found: `${name} in the header` });
  }
}
