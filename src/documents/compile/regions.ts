import type { Authenticator, Configuration } from "../../configuration.ts";
import { readsTokens } from "../../token/reads-tokens.ts";
import type { Place, Report } from "../report.ts";
import type { Target } from "./context.ts";

/**
 * Where every region has a table of its own, the nonce says which one judges a proof: without a
 * nonce a proof would pass once in each.
 */
export function judgeRegions(
  { regions }: Configuration["replay"],
  authenticators: readonly Authenticator[],
  place: Place,
  report: Report,
  target: Target | undefined,
): void {
  if (target !== "aws" || regions === "off") return;
  for (const one of authenticators) {
    if (!readsTokens(one) || one.possession.nonceRequired || one.possession.replayAllowed) continue;
    report.problem(place, {
      reason: `in several regions a proof without a nonce could pass once in each, and ${one.id} requires no nonce`,
      suggestion:
        "write nonce_required: true under its proof_of_possession.config or, for one region, replay: {regions: off}",
    });
  }
}
