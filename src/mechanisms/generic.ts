import type { GenericContextualizer } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { Fields } from "../fields.ts";
import type { Learned, StepCode } from "../mechanisms.ts";
import { cookie, type Seen } from "../mint/template-data.ts";
import { createAsking, isSuccess } from "../policy/ask.ts";

/** The contextualizer `generic`: what another service knows, for the steps after it. */
export const generic: StepCode<GenericContextualizer> = (kit) => {
  const asking = createAsking(kit);

  async function learn(step: GenericContextualizer, seen: Seen): Promise<Learned> {
    const said = await asking.ask(step.ask, seen, along(step, seen.request.headers));
    if (isSuccess(said)) return { output: said.payload };
    throw new Refused("policy.unavailable", {
      expected: "a status of 2xx",
      found: `${said.status}`,
    });
  }

  return async (step, seen) => {
    try {
      return await learn(step, seen);
    } catch (error) {
      // A client whose request makes no question must not choose to be asked about nothing.
      const unavailable = error instanceof Refused && error.code === "policy.unavailable";
      if (step.continueOnError && unavailable) return {};
      throw error;
    }
  };
};

function along(
  { forwardHeaders, forwardCookies }: GenericContextualizer,
  headers: Fields,
): Readonly<Record<string, string>> {
  const sent = forwardHeaders.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name.toLowerCase(), value] as const];
  });
  const cookies = forwardCookies.flatMap((name) => {
    const value = cookie(headers, name);
    return value === "" ? [] : [`${name}=${value}`];
  });
  return {
    ...Object.fromEntries(sent),
    ...(cookies.length > 0 ? { cookie: cookies.join("; ") } : {}),
  };
}
