import type {
  Authenticator,
  Conditional,
  ErrorHandler,
  Finalizer,
  PolicyStep,
} from "../../configuration.ts";
import { below } from "../report.ts";
import { wwwAuthenticateConfig } from "../schema/finalizers.ts";
import { compileAuthenticator } from "./authenticator.ts";
import type { Context } from "./context.ts";
import { compileExpression } from "./expression.ts";
import { compileFinalizer } from "./finalizer.ts";
import { judgeAuthenticators, judgeFinalizers } from "./judge-stages.ts";
import { compilePolicyStep, conditionSees } from "./policy.ts";
import type { Pipeline, Step } from "./steps.ts";

/** What a pipeline compiles to; a stage is absent where nothing of it is written. */
export interface CompiledStages {
  readonly authenticators?: readonly Authenticator[];
  readonly authorizers?: readonly PolicyStep[];
  readonly finalizers?: readonly Finalizer[];
  readonly onError?: readonly ErrorHandler[];
}

export function compileStages(
  pipeline: Pipeline,
  onError: readonly Step[] | undefined,
  context: Context,
): CompiledStages {
  const { authorizers } = pipeline;
  const judged = pipeline.authenticators.steps.map((step) => ({
    step,
    authenticators: compileAuthenticator(step.mechanism, step.settings, step.id, context),
  }));
  const authenticators = judged.flatMap((each) => each.authenticators);
  const finalizers = each(pipeline.finalizers.steps, (step) =>
    conditional(step, compileFinalizer(step.mechanism, step.settings, step.id, context), context),
  );
  judgeAuthenticators(judged, context.report);
  judgeFinalizers(pipeline.finalizers.steps, finalizers, context.report);
  return {
    ...(pipeline.authenticators.written ? { authenticators } : {}),
    ...(authorizers.written
      ? {
          authorizers: each(authorizers.steps, (step) =>
            conditional(
              step,
              compilePolicyStep(step.mechanism, step.settings, step.id, context),
              context,
            ),
          ),
        }
      : {}),
    ...(pipeline.finalizers.written ? { finalizers } : {}),
    ...(onError ? { onError: each(onError, (step) => compileErrorHandler(step, context)) } : {}),
  };
}

function compileErrorHandler(
  { mechanism, settings, id }: Step,
  { report }: Context,
): ErrorHandler | undefined {
  if (mechanism.type === "default") return { type: "default", id };
  const config = settings.read(wwwAuthenticateConfig, report);
  if (config === undefined) return undefined;
  const { realm } = config;
  return { type: "www_authenticate", id, ...(realm === undefined ? {} : { realm }) };
}

/** With the step's `if`. */
function conditional<T extends Conditional>(
  { if: source, place }: Step,
  compiled: T | undefined,
  { report }: Context,
): T | undefined {
  if (source === undefined || compiled === undefined) return compiled;
  const condition = compileExpression(source, conditionSees, below(place, "if"), report);
  return condition && { ...compiled, if: condition };
}

function each<T>(steps: readonly Step[], compile: (step: Step) => T | undefined): T[] {
  return steps.flatMap((step) => {
    const compiled = compile(step);
    return compiled === undefined ? [] : [compiled];
  });
}
