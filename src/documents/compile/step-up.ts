import type { Authenticator, PolicyStep } from "../../configuration.ts";
import { readsTokens } from "../../token/reads-tokens.ts";
import { stepUpConfig } from "../schema/authorizers.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./settings.ts";

/** RFC 9470. */
export function compileStepUp(
  settings: Settings,
  id: string,
  { report }: Context,
): PolicyStep | undefined {
  const config = settings.read(stepUpConfig, report);
  if (config === undefined) return undefined;
  const { acr_values: acrValues, max_age: maxAge } = config;
  if (acrValues.length === 0 && maxAge === undefined && !report.isBroken(settings.place())) {
    report.problem(settings.place(), {
      reason: "step_up asks for something",
      suggestion: "write acr_values: [VALUE], max_age: 5m, or both",
    });
  }
  return { type: "step_up", id, acrValues, ...(maxAge === undefined ? {} : { maxAge }), leeway: 0 };
}

/** A login may lie ahead as far as the tokens may that tell of it: `validity_leeway`. */
export function withLeeway(
  steps: readonly PolicyStep[],
  authenticators: readonly Authenticator[],
): readonly PolicyStep[] {
  const leeway = Math.max(0, ...authenticators.filter(readsTokens).map((one) => one.leeway));
  return steps.map((step) => (step.type === "step_up" ? { ...step, leeway } : step));
}
