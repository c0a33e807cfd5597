import { type JsonValue, parseJson } from "../../jws/json.ts";
import { limitedBytes } from "../../limited-bytes.ts";
import { DpopError } from "../failure.ts";

/** Milliseconds for a question to an issuer or of metadata, its whole answer included. */
const deadline = 30_000;
/** Bytes of an answer: far more than tokens or metadata need. */
const longest = 256 * 1024;

export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  /** Undefined where it is no JSON. */
  readonly value: JsonValue | undefined;
}

/**
 * Asks a server that nobody vouches for: whoever is silent, slow or endless is not waited for.
 * Throws a DpopError oauth.unavailable where there is no answer.
 */
export async function answerOf(
  url: URL,
  ask: (signal: AbortSignal) => Promise<Response>,
): Promise<Answer> {
  const signal = AbortSignal.timeout(deadline);
  const missing = (why: string, cause?: unknown) =>
    new DpopError("oauth.unavailable", `${url.origin} ${why}.`, { cause });
  let bytes: Uint8Array | undefined;
  let response: Response;
  try {
    response = await ask(signal);
    bytes = await limitedBytes(response, longest);
  } catch (cause) {
    if (cause instanceof DpopError) throw cause;
    if (signal.aborted) throw missing(`did not answer within ${deadline / 1000} s`, cause);
    throw missing("could not be reached, or broke off its answer", cause);
  }
  if (bytes === undefined) throw missing(`answered more than ${longest} bytes`);
  const { ok, status } = response;
  return { ok, status, value: parseJson(new TextDecoder().decode(bytes)) };
}
