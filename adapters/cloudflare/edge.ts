import { type Authorizer, createAuthorizer } from "../../src/authorizer.ts";
import { refusalAnswer } from "../../src/challenge.ts";
import type { Allow } from "../../src/decision.ts";
import { logLine } from "../../src/log-line.ts";
import type { Equipped } from "../../src/mechanisms.ts";
import type { Region } from "../../src/replay/place.ts";
import { faultOf } from "../../src/trail.ts";
import { keepBody } from "./kept-body.ts";
import { regionOf } from "./region.ts";
import { respond } from "./respond.ts";
import { createRuntime, edgeRequest } from "./runtime.ts";

/** What becomes of a request that is allowed. */
export type CarryOut<Env> = (
  request: Request,
  allow: Allow,
  env: Env,
  context: ExecutionContext,
) => Response | Promise<Response>;

/** Decides about every request before `carryOut` sees it. One authorizer an isolate. */
export function createEdge<Env>(
  configuration: Equipped,
  carryOut: CarryOut<Env>,
  replayBinding = "REPLAY",
): (request: Request, env: Env, context: ExecutionContext) => Promise<Response> {
  let authorizer: Authorizer | undefined;
  // Of the latest request: those of one isolate come from around one place.
  let region: Region = "none";
  return async (request, env, context) => {
    try {
      authorizer ??= createAuthorizer(
        configuration,
        createRuntime(env, configuration, replayBinding, () => region),
      );
      region = regionOf(request.cf);
      const body = keepBody(request);
      const deciding = authorizer.authorize(edgeRequest(request, body.read));
      // Other requests may await what this one began, an issuer's keys: a client that leaves must not end it.
      context.waitUntil(deciding);
      const decision = await deciding;
      if (decision.kind === "allow") return await carryOut(body.request(), decision, env, context);
      return respond(decision);
    } catch (thrown) {
      return fault(request, thrown);
    }
  };
}

/** Fails closed, and tells the log what it does not tell the client. */
function fault(request: Request, thrown: unknown): Response {
  console.error(logLine({ at: Date.now(), fault: faultOf(thrown), method: request.method }));
  const { method, headers: requestHeaders } = request;
  return respond(refusalAnswer("internal", { method, requestHeaders }));
}
