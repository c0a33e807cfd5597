import type { DefaultRule } from "../../configuration.ts";
import { isRecord } from "../../record.ts";
import { below, type Place, type Report } from "../report.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Context } from "./context.ts";
import { type CompiledStages, compileStages } from "./stages.ts";
import { withLeeway } from "./step-up.ts";
import { type Pipeline, readErrorSteps, readPipeline } from "./steps.ts";

/**
 * The rule for whatever no other rule matches; it denies. Its stages are lent to rules.
 * @param written the rule as it stands there, @param value the same as validated
 */
export function compileDefaultRule(
  written: unknown,
  value: unknown,
  place: Place,
  catalogue: Catalogue,
  context: Context,
): CompiledStages | undefined {
  if (!isRecord(written) || !isRecord(value)) return undefined;
  const { report } = context;
  const spot = below(place, "execute");
  const pipeline = readPipeline(written.execute, value.execute, spot, catalogue, report);
  const onError = readErrorSteps(value.on_error, below(place, "on_error"), catalogue, report);
  if (
    !pipeline.authenticators.written &&
    Array.isArray(written.execute) &&
    !report.isBroken(spot)
  ) {
    report.problem(spot, {
      reason: "the default rule has no authenticator",
      suggestion: "begin with an authenticator of type unauthorized",
    });
  }
  for (const { mechanism, place: spotted } of pipeline.authenticators.steps) {
    if (mechanism.type !== "anonymous") continue;
    report.problem(below(spotted, "authenticator"), {
      reason: "the default rule must refuse, and anonymous lets everybody pass",
      found: JSON.stringify(mechanism.id),
      suggestion: "begin with an authenticator of type unauthorized",
    });
  }
  judgeOpen(pipeline, context.report);
  return compileStages(pipeline, onError, context);
}

/** A proxy forwards it nowhere; whoever asks for a decision alone would be told yes. */
function judgeOpen({ authenticators, authorizers }: Pipeline, report: Report): void {
  const [first] = authenticators.steps;
  const refuses = authorizers.steps.some(
    ({ mechanism, if: condition }) => mechanism.type === "deny" && condition === undefined,
  );
  if (first === undefined || first.mechanism.type === "unauthorized" || refuses) return;
  report.note(
    below(first.place, "authenticator"),
    `where no rule matches, whoever ${first.mechanism.id} knows is let pass: a proxy forwards that nowhere, an API Gateway authorizer and a server of your own go on; begin with an authenticator of type unauthorized`,
  );
}

export function asDefaultRule(stages: CompiledStages): DefaultRule {
  const { authenticators = [], authorizers = [], finalizers = [], onError = [] } = stages;
  return {
    id: "default_rule",
    encodedSlashes: "off",
    authenticators,
    authorizers: withLeeway(authorizers, authenticators),
    finalizers,
    onError,
  };
}
