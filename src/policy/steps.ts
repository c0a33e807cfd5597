import type { CelAuthorizer, PolicyStep } from "../configuration.ts";
import { Refused } from "../decision.ts";
import { given, type Kit, type Learned, type OurHeaders } from "../mechanisms.ts";
import { type Seen, valuesOf } from "../mint/render.ts";

/** Runs a rule's contextualizers and authorizers; one per process or isolate. */
export interface Policy {
  /** In the document's order. @throws Refused by the step that denies */
  judge(steps: readonly PolicyStep[], seen: Seen): Promise<Judged>;
}

export interface Judged {
  /** What was seen, and the steps' outputs. */
  readonly seen: Seen;
  /** What steps add for the upstream. */
  readonly headers: OurHeaders;
}

const nothing: Learned = {};

/** What a service would have said of the caller, the client must not say in its place. */
function leftOut(step: PolicyStep): Learned {
  if (step.type !== "remote" || step.forwardHeaders.length === 0) return nothing;
  return { headers: step.forwardHeaders.map((name) => [name, ""] as const) };
}

export function createPolicy(kit: Kit): Policy {
  const { cel } = kit.mechanisms;
  const map = kit.mechanisms.map?.(kit);
  const remote = kit.mechanisms.remote?.(kit);
  const stepUp = kit.mechanisms.stepUp?.(kit);
  const generic = kit.mechanisms.generic?.(kit);

  async function run(step: PolicyStep, seen: Seen): Promise<Learned> {
    switch (step.type) {
      case "allow":
        return nothing;
      case "deny":
        throw new Refused("policy.denied", { found: step.id });
      case "cel":
        checkExpressions(step, seen);
        return nothing;
      case "remote":
        return await given(remote, "remote")(step, seen);
      case "step_up":
        return await given(stepUp, "stepUp")(step, seen);
      case "generic":
        return await given(generic, "generic")(step, seen);
      case "map":
        return given(map, "map")(step, seen);
    }
  }

  /** A refusal says which step it was. */
  async function attempt(step: PolicyStep, seen: Seen): Promise<Learned> {
    try {
      if (step.if && !given(cel, "cel").holds(step.if, seen)) return leftOut(step);
      return await run(step, seen);
    } catch (thrown) {
      if (thrown instanceof Refused) {
        thrown.step = step.id;
        thrown.source = step.mechanism ?? step.id;
      }
      throw thrown;
    }
  }

  function checkExpressions({ expressions, values: templates }: CelAuthorizer, seen: Seen): void {
    const values = valuesOf(templates, seen);
    for (const { expression, message = "false" } of expressions) {
      if (given(cel, "cel").holds(expression, { ...seen, values })) continue;
      throw new Refused("policy.denied", { expected: expression.source, found: message });
    }
  }

  return {
    async judge(steps, before) {
      let seen = before;
      const headers: Array<readonly [string, string]> = [];
      for (const step of steps) {
        const learned = await attempt(step, seen);
        if (learned.headers) headers.push(...learned.headers);
        if (learned.output !== undefined)
          seen = { ...seen, outputs: { ...seen.outputs, [step.id]: learned.output } };
      }
      return { seen, headers };
    },
  };
}
