import type { DefaultRule, Finalizer, Rule } from "../../src/configuration.ts";
import type { Kit } from "../../src/mechanisms.ts";
import { createFinalizers } from "../../src/mint/finalize.ts";
import type { Mint } from "../../src/mint/internal-token.ts";
import { renderClaims, valuesOf } from "../../src/mint/render.ts";
import type { Findings } from "./findings.ts";
import { type Known, leftOut, missing } from "./unknowable.ts";

/** Claims are made, and signed by nobody: the key is a secret of the edge. */
const unsigned: Mint = {
  async token({ claims, values }, seen) {
    if (claims) renderClaims(claims, { ...seen, values: valuesOf(values, seen) });
    return "signed at the edge";
  },
  publicKeys: async () => ({ keys: [] }),
};

/** What each finalizer gives the upstream, by the edge's own code: names, and no values. */
export async function explainFinalizers(
  rule: Rule | DefaultRule,
  kit: Kit,
  known: Known,
  findings: Findings,
): Promise<void> {
  const { finalize } = createFinalizers(unsigned, kit);
  for (const finalizer of rule.finalizers) {
    const { id } = finalizer;
    const left = leftOut(finalizer, known);
    const why = left === undefined ? unknowable(finalizer, known) : undefined;
    const { seen } = known;
    if (why !== undefined || seen === undefined) {
      findings.skip("policy.finalizers", `${id}: ${why}`);
      continue;
    }
    await findings.check(
      "policy.finalizers",
      [],
      async () => {
        if (left !== undefined) return `left out, for its if is false: ${left}`;
        const added = await finalize({ id: rule.id, finalizers: [finalizer] }, seen, undefined);
        return added.map(([name]) => name).join(", ") || "nothing";
      },
      (found) => ({ found: `${id}: ${found}` }),
      { found: `${id}: its template refuses` },
    );
  }
}

function unknowable(finalizer: Finalizer, known: Known): string | undefined {
  if (finalizer.type === "oauth2_client_credentials")
    return `${finalizer.endpoint.url} is asked by the edge, and nothing is asked here`;
  const { id: _, ...rest } = finalizer;
  if (finalizer.type === "jwt" && known.principal === undefined)
    return "who is calling is not known";
  return missing(JSON.stringify(rest), known);
}
