import type { Conditional } from "../../src/configuration.ts";
import type { Principal } from "../../src/decision.ts";
import { celExtensions } from "../../src/mechanisms/cel-extensions.ts";
import type { Seen } from "../../src/mint/template-data.ts";

/** What is known of a request when its steps are walked offline. */
export interface Known {
  /** Undefined where nobody can be made out. */
  readonly principal: Principal | undefined;
  readonly seen: Seen | undefined;
  /** Steps before that ask somebody, who is not asked here. */
  readonly unasked: readonly string[];
}

/**
 * What would have to be known for a compiled step, as JSON, that is not; undefined where all is
 * there. Expressions and templates write a way to a value as a list of names.
 */
export function missing(step: string, { principal, seen, unasked }: Known): string | undefined {
  if (seen === undefined) return "the URL cannot be made out";
  if (principal === undefined && /"Subject"|step_up/.test(step))
    return "who is calling is not known";
  if (step.includes('["Request","Body"') && seen.request.body === undefined)
    return "the body is not part of what was given";
  const named = [...step.matchAll(/Outputs(?:\.|",")(\w+)/g)].map(([, name = ""]) => name);
  const unknown =
    named.find((name) => unasked.includes(name)) ??
    (step.includes('["Outputs"]') && named.length === 0 ? unasked[0] : undefined);
  return unknown === undefined
    ? undefined
    : `what ${unknown} would have found out is not known here`;
}

/** The condition of a step that the edge leaves out here. */
export function leftOut({ if: condition }: Conditional, known: Known): string | undefined {
  const { seen } = known;
  if (condition === undefined || seen === undefined) return undefined;
  if (missing(JSON.stringify(condition), known) !== undefined) return undefined;
  try {
    return celExtensions.holds(condition, seen) ? undefined : condition.source;
  } catch {
    // Without a value it refuses, which the step itself will say.
    return undefined;
  }
}
