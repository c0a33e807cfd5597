import type { PolicyStep } from "../../src/configuration.ts";
import { type Principal, Refused } from "../../src/decision.ts";
import { allMechanisms } from "../../src/mechanisms/all.ts";
import type { Kit } from "../../src/mechanisms.ts";
import { languageOf } from "../../src/mint/language.ts";
import type { Seen } from "../../src/mint/template-data.ts";
import { createPolicy } from "../../src/policy/steps.ts";
import type { RequestUrl } from "../../src/runtime.ts";
import { seenOf } from "../../src/seen.ts";
import { whatWasFalse } from "./expression-parts.ts";
import { explainFinalizers } from "./finalizer-steps.ts";
import type { Findings } from "./findings.ts";
import type { Routed } from "./routed.ts";
import type { SentRequest } from "./sent-request.ts";
import { type Known, leftOut, missing } from "./unknowable.ts";

/** Who is asked about. */
export interface Asked {
  readonly request: SentRequest;
  readonly url: RequestUrl | undefined;
  /** Undefined where nobody can be made out. */
  readonly principal: Principal | undefined;
  /** Of a body, in bytes. */
  readonly limit: number;
}

/** Every step of the policy, by the edge's own code; nobody is asked over the network. */
export async function explainSteps(
  matched: Routed | undefined,
  { request, url, principal, limit }: Asked,
  kit: Kit,
  findings: Findings,
): Promise<void> {
  const { rule, captures = {} } = matched ?? {};
  if (rule === undefined) {
    await findings.check("policy.steps", [rule], () => undefined);
    return;
  }
  const policy = createPolicy(kit);
  const someone = principal ?? { id: "", attributes: {}, scopes: [] };
  const read = rule.body && (await bodyOf(request, limit, findings));
  let seen = url && seenOf(someone, request, url, captures, languageOf(allMechanisms), read);
  const unasked: string[] = [];
  for (const step of rule.authorizers) {
    const known: Known = { principal, seen, unasked };
    const left = leftOut(step, known);
    const why = left === undefined ? unknowable(step, known) : undefined;
    if (why !== undefined || seen === undefined) {
      findings.skip("policy.steps", `${step.id}: ${why}`);
      unasked.push(step.id);
      continue;
    }
    const before: Seen = seen;
    if (left !== undefined) {
      const found = `${step.id}: left out, for its if is false: ${left}`;
      await findings.check("policy.steps", [], () => undefined, { found });
      continue;
    }
    const judged = await findings.check(
      "policy.steps",
      [],
      () => judge(policy, step, before),
      () => ({ found: `${step.id}: ${saysOf(step)}` }),
    );
    seen = judged?.seen ?? before;
  }
  if (rule.authorizers.length === 0) await findings.check("policy.steps", [], () => undefined);
  await explainFinalizers(rule, kit, { principal, seen, unasked }, findings);
}

async function judge(policy: ReturnType<typeof createPolicy>, step: PolicyStep, seen: Seen) {
  try {
    return await policy.judge([step], seen);
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { expected, found } = thrown.detail;
    const parts = whatWasFalse(step, expected, seen);
    throw new Refused(thrown.code, {
      ...(expected === undefined ? {} : { expected: inOneLine(expected) }),
      found: `${step.id}: ${[found ?? "it denies", ...parts].join("; ")}`,
    });
  }
}

/** `Request.Body` as the edge reads it; undefined where it was not given. */
async function bodyOf(
  { bodyText, ...request }: SentRequest,
  limit: number,
  findings: Findings,
): Promise<unknown> {
  if (bodyText === undefined) return undefined;
  const bytes = new TextEncoder().encode(bodyText);
  const read = async () => (bytes.byteLength > limit ? undefined : bytes);
  return await findings.check(
    "policy.steps",
    [],
    () => allMechanisms.body({ ...request, body: read }, limit),
    { found: `a body of ${bytes.byteLength} bytes` },
  );
}

function unknowable(step: PolicyStep, known: Known): string | undefined {
  if (step.type === "remote" || step.type === "generic")
    return `${step.ask.endpoint.url} is asked by the edge, and nothing is asked here`;
  return missing(JSON.stringify(step), known);
}

function saysOf(step: PolicyStep): string {
  switch (step.type) {
    case "cel":
      return inOneLine(step.expressions.map(({ expression }) => expression.source).join("; "));
    case "map":
      return `${Object.keys(step.items).join(", ")} for the steps after it`;
    default:
      return `${step.type} lets pass`;
  }
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
