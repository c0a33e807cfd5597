import type { Possession } from "../../src/configuration.ts";
import { Refused } from "../../src/decision.ts";
import { checkNonce } from "../../src/dpop/nonce-check.ts";
import { decodeNonce } from "../../src/dpop/nonce-format.ts";
import { codeOf, isNonceChallenge } from "./answer.ts";
import type { Findings } from "./findings.ts";
import type { ReadProof } from "./proof-checks.ts";
import type { SentRequest } from "./sent-request.ts";
import type { Setting } from "./setting.ts";

export interface NonceDemand {
  readonly possession: Possession;
  readonly leeway: number;
  readonly origin: string;
}

/** RFC 9449 section 9: by the edge's own keys, by what the server answered, or not at all. */
export async function explainNonce(
  { answer }: SentRequest,
  { nonce }: ReadProof,
  { nonces, secretsKnown, now }: Setting,
  demand: NonceDemand | undefined,
  findings: Findings,
): Promise<void> {
  if (answer && isNonceChallenge(answer)) {
    const found = `the server answered ${answer.status} use_dpop_nonce${nonce === undefined ? "" : " to this nonce"}`;
    const said = codeOf(answer);
    const code = nonce === undefined ? "nonce.missing" : "nonce.invalid";
    await findings.check("nonce", [], () => {
      throw new Refused(said === "nonce.expired" ? said : code, { found });
    });
    return;
  }
  if (demand === undefined) {
    findings.skip("nonce", "only the issuer can tell whether its nonce is good");
    return;
  }
  if (nonce !== undefined && nonces !== undefined && !secretsKnown) {
    findings.skip(
      "nonce",
      `${reading(nonce, now() / 1000)}; the master key is needed: give --secrets FILE`,
    );
    return;
  }
  const { possession, leeway, origin } = demand;
  await findings.check(
    "nonce",
    [],
    () => checkNonce(nonces, nonce, possession, { origin, leeway }),
    ({ refresh }) => ({ found: describe(nonce, nonces !== undefined, refresh) }),
    { found: nonce === undefined ? "none" : reading(nonce, now() / 1000) },
  );
}

function describe(nonce: string | undefined, judged: boolean, refresh: boolean): string {
  if (nonce === undefined) return "none, and none is demanded";
  if (!judged) return "one, which is not looked at without a master key";
  return refresh ? "ours, past half its life" : "ours";
}

/** A nonce says when it was minted; whether that is true, only its key can tell. */
function reading(nonce: string, now: number): string {
  const parts = decodeNonce(nonce);
  if (parts === undefined) return "not of this edge's form";
  return `of this edge's form, by its own words ${Math.round(now - parts.issuedAt)} s old`;
}
