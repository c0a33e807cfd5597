import type { Configuration, TokenDemands } from "../../src/configuration.ts";
import { claimOnce } from "../../src/dpop/claim.ts";
import type { Kit } from "../../src/mechanisms.ts";
import { checkScopes } from "../../src/policy/scopes.ts";
import type { ReplayStore } from "../../src/runtime.ts";
import type { Findings } from "./findings.ts";
import { type Asked, explainSteps } from "./policy-steps.ts";
import type { ReadProof } from "./proof-checks.ts";
import type { Routed } from "./routed.ts";

/** Nothing is asked here. */
export function explainRevocation({ revocation }: Configuration, findings: Findings): void {
  if (revocation !== undefined)
    findings.skip("revocation", "only the edge has the list: dpop-edge revoke --list tells");
}

/** Last of the proof's checks, and only for a proof that passed them all: as the edge claims it. */
export async function explainReplay(
  { jkt, jti, iat }: ReadProof,
  { possession }: TokenDemands,
  replay: ReplayStore,
  findings: Findings,
): Promise<void> {
  if (possession.replayAllowed) findings.skip("replay", "the documents allow replay");
  else if (!findings.clean() || jkt === undefined || jti === undefined || iat === undefined)
    findings.skip("replay", "a proof that is refused is not remembered");
  else {
    await findings.check(
      "replay",
      [],
      () => claimOnce(replay, { jkt, jti, iat }, new Uint8Array(0)),
      () => ({ found: "not seen before in this input" }),
      { found: "the same jti by the same key, earlier in this input" },
    );
    findings.doubt("replay", "what the edge has seen, only the edge knows");
  }
}

export async function explainPolicy(
  matched: Routed | undefined,
  { scopes }: TokenDemands,
  granted: readonly string[] | undefined,
  asked: Asked,
  kit: Kit,
  findings: Findings,
): Promise<void> {
  if (granted === undefined) findings.skip("policy.scope", "the answer says which scopes it has");
  else
    await findings.check("policy.scope", [], () => checkScopes(scopes, granted), {
      found: granted.join(" ") || "no scope",
    });
  await explainSteps(matched, asked, kit, findings);
}
