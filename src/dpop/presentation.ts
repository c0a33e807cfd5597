import type { Possession } from "../configuration.ts";
import { Refused } from "../decision.ts";

/** How the token was presented. */
interface Presented {
  readonly scheme: "dpop" | "bearer";
  readonly proof?: string;
}

export type Presentation =
  | { readonly kind: "bearer" }
  | { readonly kind: "dpop"; readonly jkt: string; readonly proof: string };

/**
 * RFC 9449 section 7.2: a bound token passes with the DPoP scheme and a proof or not at all, so a
 * thief gains nothing by calling it a Bearer token. `jkt` is the token's cnf.jkt.
 * Throws token.downgraded, token.unbound, credentials.malformed, proof.missing.
 */
export function presentation(
  sent: Presented,
  jkt: string | undefined,
  possession: Pick<Possession, "enforcement">,
): Presentation {
  if (sent.scheme === "bearer") {
    if (jkt !== undefined) throw new Refused("token.downgraded");
    if (sent.proof !== undefined) throw new Refused("credentials.malformed");
    if (possession.enforcement === "required") throw new Refused("token.unbound");
    return { kind: "bearer" };
  }
  if (jkt === undefined) throw new Refused("token.unbound");
  if (sent.proof === undefined) throw new Refused("proof.missing");
  return { kind: "dpop", jkt, proof: sent.proof };
}
