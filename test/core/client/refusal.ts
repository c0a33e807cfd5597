import { Refused } from "../../../src/decision.ts";

/** The code that a step of the line refused with; undefined when it did not. */
export async function refusalOf(step: Promise<unknown>): Promise<string | undefined> {
  try {
    await step;
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.code;
    throw thrown;
  }
}
