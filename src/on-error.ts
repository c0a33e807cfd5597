import type { ErrorHandler } from "./configuration.ts";
import { type Answer, type RefusalCode, Refused, refusals } from "./decision.ts";
import { given, type Kit } from "./mechanisms.ts";
import type { Language } from "./mint/language.ts";
import type { Seen } from "./mint/template-data.ts";
import type { EdgeRequest } from "./runtime.ts";
import { seenOf } from "./seen.ts";
import { codeOf, type Trail } from "./trail.ts";

/** What `Error` is in the conditions of error handlers. */
interface ErrorState {
  readonly Type: string;
  /** The id of the mechanism that refused. */
  readonly Source: string;
  /** The name of its step. */
  readonly StepID: string;
}

interface Stopped {
  readonly thrown: unknown;
  readonly request: EdgeRequest;
  readonly trail: Trail;
}

/** Who answers a refusal, and how; one per process or isolate. */
export interface OnError {
  /**
   * By the first handler of the rule that is for this refusal.
   * @param usual the answer without a handler, or with one that only changes its challenge
   */
  answer(stopped: Stopped, usual: (handler?: ErrorHandler) => Answer): Answer;
}

export function createOnError({ mechanisms }: Kit, language: Language | undefined): OnError {
  const { cel, errorResponse } = mechanisms;

  /** A condition that has no value is not true. */
  function isFor(handler: ErrorHandler, seen: Seen, error: ErrorState): boolean {
    if (handler.if === undefined) return true;
    try {
      return given(cel, "cel").holds(handler.if, seen, { Error: error });
    } catch (thrown) {
      if (thrown instanceof Refused) return false;
      throw thrown;
    }
  }

  return {
    answer({ thrown, request, trail }, usual) {
      const { rule, url } = trail;
      if (rule === undefined || url === undefined || rule.onError.length === 0) return usual();
      const seen = seenOf(nobody, request, url, {}, language);
      const code = codeOf(thrown);
      const error = errorState(code, thrown, trail);
      const handler = rule.onError.find(
        (each) =>
          !(each.type === "response" && mustChallenge(code, request)) && isFor(each, seen, error),
      );
      if (handler?.type !== "response") return usual(handler);
      return given(errorResponse, "errorResponse")(handler, usual(), seen) ?? usual();
    },
  };
}

/** Templates and conditions of error handlers see the request, and no caller. */
const nobody = { id: "", attributes: {}, scopes: [] };

function errorState(
  code: RefusalCode,
  thrown: unknown,
  { authenticator, rule }: Trail,
): ErrorState {
  const { step, source } = thrown instanceof Refused ? thrown : {};
  const who = authenticator?.id ?? rule?.authenticators.at(-1)?.id ?? "";
  return { Type: errorType(code), Source: source ?? who, StepID: step ?? who };
}

/** A client that proves possession can go on only by the challenge: no page takes its place. */
function mustChallenge(code: RefusalCode, { headers }: EdgeRequest): boolean {
  return refusals[code].status === 401 && (headers.has("Authorization") || headers.has("DPoP"));
}

/** Heimdall's types; a scope that is missing is a matter of authorization. */
function errorType(code: RefusalCode): string {
  const { status } = refusals[code];
  if (code === "internal") return "internal_error";
  if (status === 503) return "communication_error";
  if (code.startsWith("policy.")) return "authorization_error";
  if (code.startsWith("body.")) return "precondition_error";
  return "authentication_error";
}
