import { readCurl } from "./curl.ts";
import { readHar } from "./har.ts";
import { otherInput } from "./other-inputs.ts";
import { refusePlaceholders } from "./placeholders.ts";
import { readRaw } from "./raw.ts";
import { type SentRequest, UnreadableRequest } from "./sent-request.ts";
import { shellWords } from "./shell-words.ts";
import { apart, exchangesOf, isTranscript } from "./transcript.ts";

/**
 * The requests in a text: a curl command, the transcript of `curl -v`, a HAR (or one of its entries
 * or requests), or a request line with header fields; with the server's answer, where it follows.
 * @throws UnreadableRequest
 */
export function readRequests(text: string): SentRequest[] {
  const trimmed = text.replace(/^\ufeff/, "").trim();
  if (trimmed === "") throw new UnreadableRequest("There is no request: the input is empty.");
  const other = isTranscript(trimmed) ? undefined : otherInput(trimmed);
  if (other !== undefined) throw new UnreadableRequest(other);
  const requests = requestsOf(trimmed);
  for (const request of requests) refusePlaceholders(request);
  return requests;
}

function requestsOf(text: string): SentRequest[] {
  if (/^[{[]/.test(text)) return readHar(json(text));
  if (isTranscript(text)) {
    return exchangesOf(text).map(({ request, ...answered }) => ({
      ...readRaw(request),
      ...answered,
    }));
  }
  const { sent, ...answered } = apart(text);
  const command = /^(?:\$ )?curl\s/.exec(sent);
  const request =
    command === null ? readRaw(sent) : readCurl(shellWords(sent.slice(command[0].length)));
  return [{ ...request, ...answered }];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRequest("The input begins like JSON and is none: is the HAR complete?");
  }
}
