import type { Endpoint } from "../configuration.ts";
import { settlesWithin } from "../deadline.ts";
import { Fault } from "../decision.ts";
import type { Runtime } from "../runtime.ts";
import type { Secrets } from "../secrets.ts";
import { endpointRequest, type Question } from "./endpoint.ts";
import { FetchError, fetchText, place, type TextAnswer } from "./fetch-json.ts";

/**
 * Asks a configured endpoint once, with its credentials, within its one timeout: whoever is silent,
 * slow, endless or redirects is a failure. Any status is an answer.
 * @throws FetchError
 */
export async function askEndpoint(
  fetch: Runtime["fetch"],
  secrets: Secrets,
  endpoint: Endpoint,
  question: Question,
): Promise<TextAnswer> {
  const { timeout } = endpoint;
  return await within(timeout, endpoint.url, async (signal) => {
    const { url, headers } = await endpointRequest(endpoint, secrets, question);
    const { method, body } = question;
    const sent = body === undefined ? {} : { body };
    return await fetchText(fetch, { url, method, headers, signal, ...sent });
  });
}

/**
 * The signal ends a fetch; that the walk goes on does not depend on a runtime heeding it.
 * @param timeout seconds
 * @throws FetchError, also in place of what is not ours: its message may quote a URL or a header
 */
export async function within<Value>(
  timeout: number,
  url: string,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const milliseconds = Math.ceil(timeout * 1000);
  let landed: { readonly value: Value } | { readonly why: unknown } | undefined;
  const working = work(AbortSignal.timeout(milliseconds)).then(
    (value) => {
      landed = { value };
    },
    (why: unknown) => {
      landed = { why };
    },
  );
  await settlesWithin(milliseconds, working);
  if (landed === undefined)
    throw new FetchError(`${place(url)} did not answer within ${timeout} s`);
  if ("value" in landed) return landed.value;
  if (landed.why instanceof FetchError) throw landed.why;
  if (landed.why instanceof Fault) throw new FetchError(landed.why.message);
  const name = landed.why instanceof Error ? landed.why.name : "unknown error";
  throw new FetchError(`${place(url)} could not be asked (${name})`);
}
