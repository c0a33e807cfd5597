import type { Configuration } from "../../src/configuration.ts";
import { isPreflight, requestedMethod } from "../../src/cors.ts";
import { keysPath } from "../../src/forward/keys.ts";
import { mintsTokens } from "../../src/mint/internal-token.ts";
import { createRouter, type Matched } from "../../src/route/router.ts";
import type { RequestUrl } from "../../src/runtime.ts";
import type { SentRequest } from "./sent-request.ts";

/** The rule for a request, if it takes one. */
export interface Routed extends Partial<Matched> {
  /** What the edge answers by itself. */
  readonly answeredHere?: string;
}

/** As authorizer.ts finds out whether anybody is asked for a token. */
export function routed(
  request: SentRequest,
  url: RequestUrl,
  configuration: Configuration,
): Routed {
  if (url.path === keysPath && mintsTokens(configuration)) {
    return { answeredHere: "the edge's public keys are served" };
  }
  const router = createRouter(configuration);
  if (isPreflight(request)) {
    const matched = router.match(requestedMethod(request), url);
    const cors = matched.rule.cors ?? configuration.cors;
    if (cors) return { ...matched, answeredHere: "a preflight is answered" };
  }
  return router.match(request.method, url);
}
