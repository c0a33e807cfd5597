import type { RemoteAuthorizer } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { Fields } from "../fields.ts";
import { given, type OurHeaders, type StepCode } from "../mechanisms.ts";
import { valuesOf } from "../mint/render.ts";
import { createAsking, isSuccess } from "../policy/ask.ts";

/** The authorizer `remote`: another service decides. Whoever cannot be asked lets nobody pass. */
export const remote: StepCode<RemoteAuthorizer> = (kit) => {
  const asking = createAsking(kit);
  const { cel } = kit.mechanisms;
  return async (step, seen) => {
    const said = await asking.ask(step.ask, seen);
    if (!isSuccess(said)) {
      const code = isRefusal(said.status) ? "policy.denied" : "policy.unavailable";
      throw new Refused(code, { expected: "a status of 2xx", found: `${said.status}` });
    }
    const { payload } = said;
    const values = valuesOf(step.ask.values, seen);
    for (const { expression, message = "false" } of step.expressions) {
      if (given(cel, "cel").holds(expression, { ...seen, values }, { Payload: payload })) continue;
      throw new Refused("policy.denied", { expected: expression.source, found: message });
    }
    return { output: payload, headers: forwarded(step.forwardHeaders, said.headers) };
  };
};

/** A 4xx is an answer; but not one that asks to come back later. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function forwarded(names: readonly string[], from: Fields): OurHeaders {
  return names.map((name) => [name, from.get(name) ?? ""]);
}
