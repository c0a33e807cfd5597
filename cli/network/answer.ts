import { DpopError } from "../../src/client/index.ts";
import { UnansweredError } from "../exit.ts";
import { messageOf } from "../given-files.ts";
import { waitingFor } from "../terminal/waiting.ts";

/**
 * Sends and waits. Whatever comes in place of an answer ends the command.
 * @throws UnansweredError that says who did not answer, and why
 */
export async function answerOf(url: URL, send: () => Promise<Response>): Promise<Response> {
  try {
    return await waitingFor(url.origin, send());
  } catch (error) {
    if (error instanceof DpopError) throw new UnansweredError(error.message);
    throw new UnansweredError(`${url.origin} did not answer: ${reason(error)}.`);
  }
}

/** fetch says "fetch failed"; why is in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if (error.name === "TimeoutError") return "too late, see --timeout";
  const { cause } = error;
  if (cause instanceof AggregateError) return reason(cause.errors[0]);
  if (cause instanceof Error) return messageOf(cause) || cause.name;
  return error.message;
}
