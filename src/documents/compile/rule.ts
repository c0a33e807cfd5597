import type { Authenticator, ForwardTo, Possession, Rule } from "../../configuration.ts";
import { isRecord } from "../../record.ts";
import { readsTokens } from "../../token/reads-tokens.ts";
import { below, type Place } from "../report.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Context } from "./context.ts";
import { compileCors } from "./cors.ts";
import { compileForwardTo } from "./forward-to.ts";
import { judgeMessages } from "./judge-messages.ts";
import { judgeAnonymous, judgeSubjects } from "./judge-stages.ts";
import { looksIntoBody } from "./looks-into-body.ts";
import { compileMatch } from "./match.ts";
import { type CompiledStages, compileStages } from "./stages.ts";
import { withLeeway } from "./step-up.ts";
import { readErrorSteps, readPipeline } from "./steps.ts";

/** A rule, with the places of its routes for what is said about several rules. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly places: readonly Place[];
  /** Its `protected_resource` as validated. */
  readonly resource?: { readonly value: unknown; readonly place: Place };
}

/** What rules share. */
export interface Surroundings {
  readonly catalogue: Catalogue;
  readonly context: Context;
  readonly inherited: CompiledStages | undefined;
  /** Whether there is a default rule, be it a broken one. */
  readonly mayInherit: boolean;
  /** `serve.cors` as validated. */
  readonly cors: unknown;
  /** `serve.public_origin`. */
  readonly origins: readonly string[];
}

/**
 * @param written the rule as it stands there
 * @param value the same as validated
 */
export function compileRule(
  written: unknown,
  value: unknown,
  place: Place,
  surroundings: Surroundings,
): CompiledRule | undefined {
  if (!isRecord(written) || !isRecord(value)) return undefined;
  const { catalogue, context, inherited } = surroundings;
  const { report } = context;
  const id = typeof value.id === "string" ? value.id : "";
  const pipeline = readPipeline(
    written.execute,
    value.execute,
    below(place, "execute"),
    catalogue,
    report,
  );
  const onError =
    value.on_error === undefined
      ? undefined
      : readErrorSteps(value.on_error, below(place, "on_error"), catalogue, report);
  const own = compileStages(pipeline, onError, context);
  const authenticators = enforced(
    own.authenticators ?? inherited?.authenticators ?? [],
    value,
    place,
    context,
  );
  if (
    own.authenticators === undefined &&
    !surroundings.mayInherit &&
    !report.isBroken(below(place, "execute"))
  ) {
    report.problem(place, {
      reason: `the rule ${id} has no authenticator, and there is no default_rule to lend one`,
      suggestion: "write execute: [{authenticator: ID}], or a default_rule",
    });
  }
  const authorizers = withLeeway(own.authorizers ?? inherited?.authorizers ?? [], authenticators);
  const forwardTo = compileForwardTo(value.forward_to, below(place, "forward_to"), report);
  const refuses =
    authenticators[0]?.type === "unauthorized" ||
    authorizers.some((step) => step.type === "deny" && step.if === undefined);
  if (forwardTo !== undefined) judgeLoop(forwardTo, place, surroundings);
  if (!refuses) judgeNowhere(id, place, written, context);
  const finalizers = own.finalizers ?? inherited?.finalizers ?? [];
  const ambiguous = judgeSubjects(authenticators, finalizers);
  if (ambiguous !== undefined) report.note(place, ambiguous);
  const anonymous = judgeAnonymous(authenticators, finalizers);
  if (anonymous !== undefined) report.note(place, anonymous);
  const cors =
    value.cors === undefined
      ? undefined
      : compileCors(surroundings.cors, value.cors, below(place, "cors"), report);
  const compiled = compileMatch(value.match, below(place, "match"), report);
  if (compiled === undefined) return undefined;
  const rule: Rule = {
    id,
    match: compiled.match,
    encodedSlashes: encodedSlashes(value.allow_encoded_slashes),
    ...(forwardTo === undefined ? {} : { forwardTo }),
    authenticators,
    authorizers,
    finalizers,
    onError: own.onError ?? inherited?.onError ?? [],
    ...(looksIntoBody({ authorizers, finalizers }) ? { body: true } : {}),
    ...(value.filter_lists === true ? { filterLists: true } : {}),
    ...(cors === undefined ? {} : { cors }),
  };
  judgeMessages(rule, place, context);
  const { protected_resource: resource } = value;
  return {
    rule,
    places: compiled.places,
    ...(resource === undefined
      ? {}
      : { resource: { value: resource, place: below(place, "protected_resource") } }),
  };
}

/** The rule's `enforcement` is what its authenticators' blocks say, changed. */
function enforced(
  authenticators: readonly Authenticator[],
  value: Readonly<Record<string, unknown>>,
  place: Place,
  { report }: Context,
): readonly Authenticator[] {
  const { enforcement } = value;
  if (!isEnforcement(enforcement)) return authenticators;
  const spot = below(place, "enforcement");
  const open = authenticators.find(({ type }) => type === "anonymous" || type === "basic_auth");
  if (enforcement === "required" && open !== undefined) {
    report.problem(spot, {
      reason: `proofs are required, but the authenticator ${open.id} lets requests pass without one`,
      suggestion: "remove the authenticator from the rule, or enforcement",
    });
  }
  return authenticators.map((one) => {
    if (!readsTokens(one)) return one;
    const { confidentialClients: exempt, ...possession } = one.possession;
    // "Only proven tokens pass": what the authenticator exempts is for the rules that say nothing.
    const exempts = exempt !== undefined && enforcement !== "required";
    const changed = { ...possession, enforcement };
    return { ...one, possession: exempts ? { ...changed, confidentialClients: exempt } : changed };
  });
}

function isEnforcement(value: unknown): value is Possession["enforcement"] {
  return value === "required" || value === "opportunistic" || value === "shadow";
}

/** A request that is sent to where it came in comes in again. */
function judgeLoop(
  { scheme, host }: ForwardTo,
  place: Place,
  { origins, context }: Surroundings,
): void {
  const { origin } = new URL(`${scheme}://${host}`);
  if (!origins.includes(origin)) return;
  context.report.problem(below(place, "forward_to", "host"), {
    reason: "this is serve.public_origin: the request would come back here, again and again",
    found: JSON.stringify(host),
    suggestion: "write the host of the API behind the edge",
  });
}

function judgeNowhere(
  id: string,
  place: Place,
  written: Readonly<Record<string, unknown>>,
  { report, target }: Context,
): void {
  if (written.forward_to !== undefined || report.isBroken(below(place, "forward_to"))) return;
  const reason = `the rule ${id} says nothing of where its requests go`;
  if (target === "cloudflare") {
    report.problem(place, { reason, suggestion: "write forward_to: {host: UPSTREAM}" });
  } else if (target === undefined) {
    report.note(place, `${reason}: a proxy needs forward_to: {host: UPSTREAM}`);
  }
}

function encodedSlashes(value: unknown): Rule["encodedSlashes"] {
  return value === "on" || value === "no_decode" ? value : "off";
}
