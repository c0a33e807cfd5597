import type {
  Authenticator,
  Conditional,
  ErrorHandler,
  Finalizer,
  PolicyStep,
} from "../../configuration.ts";
import { below } from "../report.ts";
import { compileAuthenticator } from "./authenticator.ts";
import type { CelVariable } from "./cel-environment.ts";
import type { Context } from "./context.ts";
import { compileErrorHandler } from "./error-handler.ts";
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
    ...(onError
      ? {
          onError: each(onError, (step) =>
            conditional(
              step,
              compileErrorHandler(step.mechanism, step.settings, step.id, context),
              context,
              errorSees,
            ),
          ),
        }
      : {}),
  };
}

/** What conditions of error handlers can name. */
const errorSees = ["Request", "Error"] as const;

/** With the step's `if`, and the mechanism's id where the step has a name of its own. */
function conditional<T extends Conditional>(
  { if: source, place, id, mechanism }: Step,
  compiled: T | undefined,
  { report }: Context,
  sees: readonly CelVariable[] = conditionSees,
): T | undefined {
  if (compiled === undefined) return compiled;
  const named = id === mechanism.id ? compiled : { ...compiled, mechanism: mechanism.id };
  if (source === undefined) return named;
  const condition = compileExpression(source, sees, below(place, "if"), report);
  return condition && { ...named, if: condition };
}

function each<T>(steps: readonly Step[], compile: (step: Step) => T | undefined): T[] {
  return steps.flatMap((step) => {
    const compiled = compile(step);
    return compiled === undefined ? [] : [compiled];
  });
}
