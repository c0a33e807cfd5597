import type { PolicyStep } from "../../src/configuration.ts";
import { type Principal, Refused } from "../../src/decision.ts";
import { allMechanisms } from "../../src/mechanisms/all.ts";
import { celExtensions } from "../../src/mechanisms/cel-extensions.ts";
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
  /** Of a body, in bytes. */
  readonly limit: number;
}

/** Every step of the policy, by the edge's own code; nobody is asked over the network. */
export async function explainSteps(
  matched: Routed | undefined,
  { request, url, principal, limit }: Asked,
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
  const read = rule.body && (await bodyOf(request, limit, findings));
  let seen = url && seenOf(someone, request, url, captures, languageOf(allMechanisms), read);
  for (const step of rule.authorizers) {
    const left: string | undefined = leftOut(step, principal, seen);
    const why = left === undefined ? unknowable(step, principal, seen) : undefined;
    if (why !== undefined || seen === undefined) {
      findings.skip("policy.steps", `${step.id}: ${why}`);
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

/** The condition of a step that the edge leaves out here. */
function leftOut(
  step: PolicyStep,
  principal: Principal | undefined,
  seen: Seen | undefined,
): string | undefined {
  const condition = step.if;
  if (condition === undefined || seen === undefined) return undefined;
  if (missing(JSON.stringify(condition), principal, seen) !== undefined) return undefined;
  try {
    return celExtensions.holds(condition, seen) ? undefined : condition.source;
  } catch {
    // Without a value it refuses, which the step itself will say.
    return undefined;
  }
}

/** What would have to be known that is not: undefined where all is there. */
function unknowable(
  step: PolicyStep,
  principal: Principal | undefined,
  seen: Seen | undefined,
): string | undefined {
  if (step.type === "remote" || step.type === "generic")
    return `${step.ask.endpoint.url} is asked by the edge, and nothing is asked here`;
  return missing(JSON.stringify(step), principal, seen);
}

function missing(
  names: string,
  principal: Principal | undefined,
  seen: Seen | undefined,
): string | undefined {
  if (seen === undefined) return "the URL cannot be made out";
  if (principal === undefined && /"Subject"|step_up/.test(names))
    return "who is calling is not known";
  if (names.includes('["Request","Body"]') && seen.request.body === undefined)
    return "the body is not part of what was given";
  const step = /Outputs\.(\w+)/.exec(names)?.[1];
  if (step !== undefined && !Object.hasOwn(seen.outputs, step))
    return `what ${step} would have found out is not known here`;
  return undefined;
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
