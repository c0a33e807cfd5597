import type { PolicyStep } from "../../src/configuration.ts";
import { type Principal, Refused } from "../../src/decision.ts";
import { allMechanisms } from "../../src/mechanisms/all.ts";
import { languageOf } from "../../src/mint/language.ts";
import type { Seen } from "../../src/mint/template-data.ts";
import { createPolicy } from "../../src/policy/steps.ts";
import type { RequestUrl } from "../../src/runtime.ts";
import { createSecrets } from "../../src/secrets.ts";
import { seenOf } from "../../src/seen.ts";
import { whatWasFalse } from "./expression-parts.ts";
import type { Findings } from "./findings.ts";
import type { Routed } from "./routed.ts";
import type { SentRequest } from "./sent-request.ts";

/** Who is asked about. */
export interface Asked {
  readonly request: SentRequest;
  readonly url: RequestUrl | undefined;
  /** Undefined where nobody can be made out. */
  readonly principal: Principal | undefined;
}

/** Every step of the policy, by the edge's own code; nobody is asked over the network. */
export async function explainSteps(
  matched: Routed | undefined,
  { request, url, principal }: Asked,
  now: () => number,
  findings: Findings,
): Promise<void> {
  const { rule, captures = {} } = matched ?? {};
  if (rule === undefined) {
    await findings.check("policy.steps", [rule], () => undefined);
    return;
  }
  const policy = createPolicy({
    runtime: {
      now,
      fetch: () => Promise.reject(new Error("offline")),
      random: () => new Uint8Array(),
    },
    secrets: createSecrets({}, () => undefined),
    mechanisms: allMechanisms,
  });
  const someone = principal ?? { id: "", attributes: {}, scopes: [] };
  let seen = url && seenOf(someone, request, url, captures, languageOf(allMechanisms));
  for (const step of rule.authorizers) {
    const why = unknowable(step, principal, seen);
    if (why !== undefined || seen === undefined) {
      findings.skip("policy.steps", `${step.id}: ${why}`);
      continue;
    }
    const before: Seen = seen;
    const judged = await findings.check(
      "policy.steps",
      [],
      () => judge(policy, step, before),
      () => ({ found: `${step.id}: ${saysOf(step)}` }),
    );
    seen = judged?.seen ?? before;
  }
  if (rule.authorizers.length === 0) await findings.check("policy.steps", [], () => undefined);
}

async function judge(policy: ReturnType<typeof createPolicy>, step: PolicyStep, seen: Seen) {
  try {
    return await policy.judge([step], seen);
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { expected, found } = thrown.detail;
    const parts = whatWasFalse(step, expected, seen);
    throw new Refused(thrown.code, {
      ...(expected === undefined ? {} : { expected }),
      found: `${step.id}: ${[found ?? "it denies", ...parts].join("; ")}`,
    });
  }
}

/** What would have to be known that is not: undefined where all is there. */
function unknowable(
  step: PolicyStep,
  principal: Principal | undefined,
  seen: Seen | undefined,
): string | undefined {
  const names = JSON.stringify(step);
  if (step.type === "remote" || step.type === "generic")
    return `${step.ask.endpoint.url} is asked by the edge, and nothing is asked here`;
  if (seen === undefined) return "the URL cannot be made out";
  if (principal === undefined && /"Subject"|step_up/.test(names))
    return "who is calling is not known";
  if (names.includes('["Request","Body"]')) return "the body is not part of what was given";
  const missing = /Outputs\.(\w+)/.exec(names)?.[1];
  if (missing !== undefined && !Object.hasOwn(seen.outputs, missing))
    return `what ${missing} would have found out is not known here`;
  return undefined;
}

function saysOf(step: PolicyStep): string {
  switch (step.type) {
    case "cel":
      return step.expressions.map(({ expression }) => expression.source).join("; ");
    case "map":
      return `${Object.keys(step.items).join(", ")} for the steps after it`;
    default:
      return `${step.type} lets pass`;
  }
}
