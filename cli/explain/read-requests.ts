import { readCurl } from "./curl.ts";
import { readHar } from "./har.ts";
import { readRaw } from "./raw.ts";
import { type SentRequest, UnreadableRequest } from "./sent-request.ts";
import { shellWords } from "./shell-words.ts";

/**
 * The requests in a text: a curl command, a HAR (or one of its entries or requests), or a request
 * line with header fields.
 * @throws UnreadableRequest
 */
export function readRequests(text: string): SentRequest[] {
  const trimmed = text.replace(/^\ufeff/, "").trim();
  if (trimmed === "") throw new UnreadableRequest("There is no request: the input is empty.");
  if (/^[{[]/.test(trimmed)) return readHar(json(trimmed));
  const command = /^(?:\$ )?curl\s/.exec(trimmed);
  if (command === null) return [readRaw(trimmed)];
  return [readCurl(shellWords(trimmed.slice(command[0].length)))];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRequest("The input begins like JSON and is none: is the HAR complete?");
  }
}
