import { type RefusalCode, refusals } from "../../src/decision.ts";
import { isJsonObject, type JsonValue, parseJson } from "../../src/jws/json.ts";
import { advice } from "./advice.ts";
import { isCode } from "./answer.ts";

const ask = "Give a curl command, a HAR, or a request line with header fields";

/** What an input is that is no request; undefined where it may be one. Nothing of it is echoed. */
export function otherInput(text: string): string | undefined {
  // Two of them: a name or a body may have one letter that was lost.
  if (/\0|\ufffd[\s\S]*\ufffd/.test(text))
    return `The input is no text; where it is packed, unpack it first. ${ask}.`;
  if (/^[{[]/.test(text)) return otherJson(parseJson(text), text);
  if (/^HTTP\/[\d.]+ \d{3}/.test(text))
    return "This is an answer without its request: give all that curl -v printed, its lines with > too.";
  if (/^(?:Invoke-(?:WebRequest|RestMethod)|iwr|\$session\b)/i.test(text))
    return "This is PowerShell, which is not read here: in the browser copy the request as cURL (bash), or export a HAR.";
  if (/^(?:await )?fetch\(/.test(text))
    return "This is JavaScript, which is not read here: in the browser copy the request as cURL (bash), or export a HAR.";
  if (/^(?:\$ )?curl(?:\.exe)?\s/.test(text)) return otherCurl(text);
  if (isCode(text)) return refusal("a code", text);
  // What dev has printed begins with other lines.
  if (/^\{"v":\d/m.test(text) && !/^[A-Z]+ \S+ HTTP\//m.test(text)) return event;
  const told = /^(?:authorization|dpop)\s*:|^[A-Z]+ \S+ HTTP\//im.test(text)
    ? undefined
    : codeIn(text);
  if (told !== undefined) return refusal("what a refusal says", told);
  const others = text.match(/^[A-Z]+ \S+ HTTP\/[\d.]+\s*$/gm) ?? [];
  return others.length > 1
    ? `The input holds ${others.length} requests, and which ends where cannot be told: explain one at a time, or give a HAR or what curl -v printed.`
    : undefined;
}

const event = "This is an event of the edge: dpop-edge explain --event says what to change.";

function refusal(what: string, code: RefusalCode): string {
  return `This is ${what} alone: ${code}. ${advice[code]} Whether that is all, the request tells: give it too.`;
}

/** A log line, a challenge or a page has the code of a refusal's body, or its sentence. */
function codeIn(text: string): RefusalCode | undefined {
  const [, named = ""] = /"code":\s*"([a-z_.]+)"/.exec(text) ?? [];
  if (isCode(named)) return named;
  return Object.keys(refusals)
    .filter(isCode)
    .find((code) => text.includes(refusals[code].says));
}

function otherCurl(text: string): string | undefined {
  if (/\^\s*\r?\n|\^"/.test(text))
    return "This curl command is for cmd of Windows: in the browser copy the request as cURL (bash).";
  const commands = text.match(/^(?:\$ )?curl\s/gm) ?? [];
  return commands.length > 1
    ? `The input holds ${commands.length} curl commands: explain one at a time.`
    : undefined;
}

function otherJson(value: JsonValue | undefined, text: string): string | undefined {
  if (/^\{"v":\d/.test(text) || (isJsonObject(value) && "outcome" in value)) return event;
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return `The JSON is a list, and no HAR. ${ask}.`;
  if (value.log !== undefined || value.request !== undefined || value.url !== undefined)
    return undefined;
  const { code } = value;
  if (typeof code === "string" && isCode(code)) return refusal("the body of a refusal", code);
  return `The JSON is no HAR: it has no log.entries, and neither request nor url and headers. ${ask}.`;
}
