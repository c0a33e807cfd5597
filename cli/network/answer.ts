import { DpopError } from "../../src/client/index.ts";
import { limitedBytes } from "../../src/limited-bytes.ts";
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

/** Bytes of an answer that is tokens or metadata. */
const usual = 256 * 1024;

/**
 * The whole text of an answer, within the request's own deadline.
 * @throws UnansweredError where it breaks off, comes too late or does not end
 */
export async function textOf(url: URL, response: Response, longest = usual): Promise<string> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await waitingFor(url.origin, limitedBytes(response, longest));
  } catch (error) {
    throw new UnansweredError(`${url.origin} broke off its answer: ${reason(error)}.`);
  }
  if (bytes === undefined) {
    throw new UnansweredError(`${url.origin} answered more than ${longest} bytes.`);
  }
  return new TextDecoder().decode(bytes);
}

/** fetch says "fetch failed"; why is in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if (error.name === "TimeoutError") return "it took too long";
  const { cause } = error;
  if (cause instanceof AggregateError) return reason(cause.errors[0]);
  if (cause instanceof Error) return messageOf(cause) || cause.name;
  return error.message;
}
