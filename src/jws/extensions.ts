import { Refused } from "../decision.ts";
import type { JsonObject } from "./json.ts";

/**
 * RFC 7515 section 4.1.11: an extension that must be understood is understood by nobody here. With
 * `b64` (RFC 7797) the bytes that are signed would not be the bytes that are read, so it is refused
 * even where nobody calls it critical. Throws Refused with `code`.
 */
export function checkExtensions(
  header: JsonObject,
  code: "token.malformed" | "proof.malformed",
): void {
  for (const name of ["crit", "b64"]) {
    if (Object.hasOwn(header, name))
      throw new Refused(code, { expected: `no ${name}`, found: name });
  }
}
