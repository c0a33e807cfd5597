import { DpopError } from "../../src/client/index.ts";
import { limitedBytes } from "../../src/limited-bytes.ts";
import { UnansweredError } from "../exit.ts";
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
    throw new UnansweredError(`${url.origin} did not answer: ${reason(error, url)}`);
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
    throw new UnansweredError(`${url.origin} broke off its answer: ${reason(error, url)}`);
  }
  if (bytes === undefined) {
    throw new UnansweredError(`${url.origin} answered more than ${longest} bytes.`);
  }
  return new TextDecoder().decode(bytes);
}

/** fetch says "fetch failed"; why is in the cause. */
function reason(error: unknown, url: URL): string {
  if (!(error instanceof Error)) return "unknown error.";
  if (error.name === "TimeoutError") return "it took too long.";
  const { cause } = error;
  if (cause instanceof AggregateError) return reason(cause.errors[0], url);
  if (cause instanceof Error) return reason(cause, url);
  return ofTls(error, url) ?? `${(error.message || error.name).trim().replace(/\.$/, "")}.`;
}

/** OpenSSL's own words name its source files. */
function ofTls(error: Error, { host }: URL): string | undefined {
  const code = "code" in error ? String(error.code) : "";
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/.test(code)) {
    return `no TLS is spoken there; is it http://${host}?`;
  }
  if (/SELF_SIGNED_CERT|^UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code)) {
    return `its certificate is of nobody who is trusted here (${error.message}). Where the authority is your own, name its file in NODE_EXTRA_CA_CERTS.`;
  }
  return undefined;
}
