import { type RefusalCode, refusals } from "../../src/decision.ts";
import { isJsonObject, parseJson } from "../../src/jws/json.ts";
import type { Answered } from "./sent-request.ts";

/** RFC 9449 sections 8 and 9: the token endpoint says it with 400, a protected resource with 401. */
export function isNonceChallenge(answer: Answered): boolean {
  const { status, headers } = answer;
  if (status !== 400 && status !== 401) return false;
  const said = errorOf(answer);
  return (
    said === "use_dpop_nonce" || (said === undefined && headers.has("DPoP-Nonce") && status === 400)
  );
}

export function isRefusal({ status }: Answered): boolean {
  return status >= 400;
}

/** The `error` of a challenge, or of the body, as a token endpoint says it. */
export function errorOf(answer: Answered): string | undefined {
  const challenge = answer.headers.get("WWW-Authenticate") ?? "";
  const [, error] = /\berror="?([a-z_]+)"?/i.exec(challenge) ?? [];
  if (error !== undefined) return error;
  const said = bodyOf(answer).error;
  return typeof said === "string" && /^[a-z_]{1,40}$/.test(said) ? said : undefined;
}

/** The code that the edge writes into the body of every refusal. */
export function codeOf(answer: Answered): RefusalCode | undefined {
  const { code } = bodyOf(answer);
  return typeof code === "string" && isCode(code) ? code : undefined;
}

export function isCode(text: string): text is RefusalCode {
  return Object.hasOwn(refusals, text);
}

/** When the server answered, by its own clock, in milliseconds. */
export function dateOf({ headers }: Answered): number | undefined {
  const date = Date.parse(headers.get("Date") ?? "");
  return Number.isNaN(date) ? undefined : date;
}

function bodyOf({ body }: Answered) {
  const json = parseJson(body ?? "");
  return isJsonObject(json) ? json : {};
}
