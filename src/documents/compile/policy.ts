import type { z } from "zod";
import type { CelCheck, PolicyStep } from "../../configuration.ts";
import type { Report } from "../report.ts";
import { type authorizationExpression, celConfig, remoteConfig } from "../schema/authorizers.ts";
import { genericContextConfig, mapConfig } from "../schema/contextualizers.ts";
import { compileAsk } from "./ask.ts";
import type { CelVariable } from "./cel-environment.ts";
import type { Context } from "./context.ts";
import { compileExpression } from "./expression.ts";
import { judgeName } from "./finalizer.ts";
import type { Mechanism, Settings } from "./settings.ts";
import { compileStepUp } from "./step-up.ts";
import { compileTemplates } from "./templates.ts";

/**
 * A contextualizer or an authorizer.
 * @param id the step's own name, or the mechanism's
 */
export function compilePolicyStep(
  mechanism: Mechanism,
  settings: Settings,
  id: string,
  context: Context,
): PolicyStep | undefined {
  switch (mechanism.type) {
    case "cel":
      return compileCel(settings, id, context);
    case "remote":
      return compileRemote(settings, id, context);
    case "step_up":
      return compileStepUp(settings, id, context);
    case "generic":
      return compileGeneric(settings, id, context);
    case "map":
      return compileMap(settings, id, context);
    case "allow":
      return { type: "allow", id };
    default:
      return { type: "deny", id };
  }
}

function compileCel(settings: Settings, id: string, { report }: Context): PolicyStep | undefined {
  const config = settings.read(celConfig, report);
  if (config === undefined) return undefined;
  if (config.expressions.length === 0) {
    if (!report.isBroken(settings.place("expressions"))) {
      report.problem(settings.place("expressions"), {
        reason: "expressions is missing",
        suggestion: "write expressions: [{expression: 'Subject.ID != \"\"'}]",
      });
    }
    return undefined;
  }
  return {
    type: "cel",
    id,
    expressions: compileChecks(config.expressions, policySees, settings, report),
    values: compileTemplates(config.values, (name) => settings.place("values", name), report),
  };
}

function compileRemote(settings: Settings, id: string, context: Context): PolicyStep | undefined {
  const { report } = context;
  const config = settings.read(remoteConfig, report);
  if (config === undefined) return undefined;
  judgeTtl(config.cache_ttl, settings, report);
  const forwardHeaders = config.forward_response_headers_to_upstream;
  for (const [index, name] of forwardHeaders.entries())
    judgeName(name, settings.place("forward_response_headers_to_upstream", index), context);
  const ask = compileAsk(config, settings, context);
  const sees = [...policySees, "Payload"] as const;
  const expressions = compileChecks(config.expressions, sees, settings, report);
  return ask && { type: "remote", id, ask, expressions, forwardHeaders };
}

function compileGeneric(settings: Settings, id: string, context: Context): PolicyStep | undefined {
  const { report } = context;
  const config = settings.read(genericContextConfig, report);
  if (config === undefined) return undefined;
  for (const [index, name] of config.forward_headers.entries())
    judgeName(name, settings.place("forward_headers", index), context);
  judgeTtl(config.cache_ttl, settings, report);
  const ask = compileAsk(config, settings, context);
  return (
    ask && {
      type: "generic",
      id,
      ask,
      forwardHeaders: config.forward_headers,
      forwardCookies: config.forward_cookies,
      continueOnError: config.continue_pipeline_on_error,
    }
  );
}

function judgeTtl(ttl: number, settings: Settings, report: Report): void {
  if (ttl > 86_400)
    report.problem(settings.place("cache_ttl"), { reason: "cache_ttl is at most 24h" });
}

/** What conditions and expressions of a policy can name. */
export const conditionSees = ["Request", "Subject", "Outputs", "MCP"] as const;
const policySees = [...conditionSees, "Values"] as const;

export function compileChecks(
  written: readonly z.output<typeof authorizationExpression>[],
  sees: readonly CelVariable[],
  settings: Settings,
  report: Report,
): readonly CelCheck[] {
  return written.flatMap(({ expression: source, message }, index) => {
    const place = settings.place("expressions", index, "expression");
    const expression = compileExpression(source, sees, place, report);
    if (expression === undefined) return [];
    return [{ expression, ...(message === undefined ? {} : { message }) }];
  });
}

function compileMap(settings: Settings, id: string, { report }: Context): PolicyStep | undefined {
  const config = settings.read(mapConfig, report);
  if (config === undefined) return undefined;
  if (Object.keys(config.items).length === 0 && !report.isBroken(settings.place("items"))) {
    report.problem(settings.place("items"), {
      reason: "items is missing",
      suggestion: "write items: {NAME: '{{ .Subject.ID }}'}",
    });
  }
  return {
    type: "map",
    id,
    items: compileTemplates(config.items, (name) => settings.place("items", name), report),
    values: compileTemplates(config.values, (name) => settings.place("values", name), report),
  };
}
