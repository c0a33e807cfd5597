import type { Configuration, ErrorHandler } from "../../src/configuration.ts";
import { type Answer, type RefusalCode, Refused, refusals } from "../../src/decision.ts";
import { allMechanisms } from "../../src/mechanisms/all.ts";
import { celExtensions } from "../../src/mechanisms/cel-extensions.ts";
import type { Kit } from "../../src/mechanisms.ts";
import { languageOf } from "../../src/mint/language.ts";
import { createOnError } from "../../src/on-error.ts";
import { requestUrl } from "../../src/route/request-url.ts";
import { checkPath } from "../../src/route/safe-path.ts";
import type { Finding, Findings } from "./findings.ts";
import { routed } from "./routed.ts";
import type { SentRequest } from "./sent-request.ts";

/** Which error handler answers the refusal, and how, where the rule has any. */
export async function explainOnError(
  request: SentRequest,
  configuration: Configuration,
  kit: Kit,
  first: Extract<Finding, { outcome: "failed" }>,
  findings: Findings,
): Promise<void> {
  const at = placeOf(request, configuration);
  if (at === undefined || at.rule.onError.length === 0) return;
  let chosen: ErrorHandler | undefined;
  const mechanisms = {
    ...allMechanisms,
    cel: celExtensions,
    errorResponse: (...values: Parameters<typeof allMechanisms.errorResponse>) => {
      chosen = values[0];
      return allMechanisms.errorResponse(...values);
    },
  };
  const { answer } = createOnError({ ...kit, mechanisms }, languageOf(allMechanisms));
  await findings.check(
    "policy.error_handler",
    [],
    () => {
      const trail = { requestId: "", began: 0, lap: () => undefined, ...at };
      return answer({ thrown: refusedBy(first, at.rule), request, trail }, (handler) => {
        chosen = handler ?? chosen;
        return usual(first.code);
      });
    },
    (answered) => ({ found: saidOf(chosen, answered) }),
  );
}

function placeOf(request: SentRequest, configuration: Configuration) {
  try {
    const url = requestUrl(request, configuration);
    // The router counts on a path that was checked.
    checkPath(url.path);
    const { rule } = routed(request, url, configuration);
    return rule && { url, rule };
  } catch (thrown) {
    if (thrown instanceof Refused) return undefined;
    throw thrown;
  }
}

/** With the step that refused, which conditions may name. */
function refusedBy(
  { check, code, found = "" }: Extract<Finding, { outcome: "failed" }>,
  rule: { readonly authorizers: readonly { readonly id: string; readonly mechanism?: string }[] },
): Refused {
  const refused = new Refused(code);
  const step = rule.authorizers.find(({ id }) => found.startsWith(`${id}: `));
  if (check === "policy.steps" && step) {
    refused.step = step.id;
    refused.source = step.mechanism ?? step.id;
  }
  return refused;
}

function usual(code: RefusalCode): Answer {
  return { kind: "refuse", code, status: refusals[code].status, headers: new Headers() };
}

function saidOf(handler: ErrorHandler | undefined, { status, headers }: Answer): string {
  if (handler === undefined) return "none is for this refusal: the usual answer";
  if (handler.type === "default") return `${handler.id}: the usual answer`;
  if (handler.type === "www_authenticate") return `${handler.id}: a challenge with its realm`;
  const location = headers.get("Location");
  // Its query may hold what the client asked.
  return `${handler.id}: ${status}${location === null ? "" : ` to ${location.split("?", 1)[0]}`}`;
}
