import type { Possession } from "../configuration.ts";
import { type RefusalCode, Refused } from "../decision.ts";

/** How the token was presented. */
interface Presented {
  readonly scheme: "dpop" | "bearer";
  readonly proof?: string;
}

/** Whose token it is. */
interface Bound {
  /** The token's cnf.jkt; absent: it is bound to no key. */
  readonly jkt?: string;
  readonly clientId?: string;
}

export type Presentation =
  /** `would`: what it would be refused with, were it in earnest. */
  | { readonly kind: "bearer"; readonly would?: RefusalCode }
  | { readonly kind: "dpop"; readonly jkt: string; readonly proof: string };

type Demands = Pick<Possession, "enforcement" | "confidentialClients">;

/**
 * RFC 9449 section 7.2: a bound token passes with the DPoP scheme and a proof or not at all, whatever
 * the enforcement, so a thief gains nothing by calling it a Bearer token.
 * Throws token.downgraded, token.unbound, credentials.malformed, proof.missing.
 */
export function presentation(sent: Presented, token: Bound, possession: Demands): Presentation {
  const { jkt, clientId } = token;
  if (jkt === undefined) return unbound(sent, clientId, possession);
  if (sent.scheme === "bearer") throw new Refused("token.downgraded");
  if (sent.proof === undefined) throw new Refused("proof.missing");
  return { kind: "dpop", jkt, proof: sent.proof };
}

/** Ahead of the token, whose check is dear. In shadow the token decides. Throws proof.missing. */
export function checkProofIsThere({ scheme, proof }: Presented, { enforcement }: Demands): void {
  if (scheme === "dpop" && proof === undefined && enforcement !== "shadow")
    throw new Refused("proof.missing");
}

/**
 * Whoever holds an unbound token could send it as Bearer: shadow gives nothing away to let it pass as it
 * is, and breaks nobody, exempt or not.
 */
function unbound(sent: Presented, clientId: string | undefined, possession: Demands): Presentation {
  const code = objection(
    sent,
    exempts(clientId, possession) ? "opportunistic" : possession.enforcement,
  );
  if (code === undefined) return { kind: "bearer" };
  if (possession.enforcement === "shadow") return { kind: "bearer", would: code };
  throw new Refused(code);
}

/** A token that names no client is nobody's that is exempt. */
function exempts(clientId: string | undefined, { confidentialClients = [] }: Demands): boolean {
  return clientId !== undefined && confidentialClients.includes(clientId);
}

function objection(
  { scheme, proof }: Presented,
  enforcement: Possession["enforcement"],
): RefusalCode | undefined {
  if (scheme === "dpop") return proof === undefined ? "proof.missing" : "token.unbound";
  if (proof !== undefined) return "credentials.malformed";
  return enforcement === "opportunistic" ? undefined : "token.unbound";
}
