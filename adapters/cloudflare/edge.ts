import { type Authorizer, createAuthorizer } from "../../src/authorizer.ts";
import { refusalAnswer } from "../../src/challenge.ts";
import type { Allow } from "../../src/decision.ts";
import { clientLeft, type Ending, endingOf } from "../../src/event/ending.ts";
import type { Problem } from "../../src/forward/problem.ts";
import { logLine } from "../../src/log-line.ts";
import { type Equipped, equip } from "../../src/mechanisms.ts";
import { faultOf } from "../../src/trail.ts";
import { type KeptBody, keepBody } from "./kept-body.ts";
import { respond } from "./respond.ts";
import { createRuntime, edgeRequest } from "./runtime.ts";
import { createSurroundings } from "./surroundings.ts";

/** The answer from behind the edge, or one in its place. */
export interface Carried {
  readonly response: Response;
  readonly problem?: Problem;
}

/** What becomes of a request that is allowed. */
export type CarryOut<Env> = (
  asked: KeptBody,
  allow: Allow,
  env: Env,
  context: ExecutionContext,
) => Promise<Carried>;

/** Decides about a request before `carryOut` sees it. */
export type Edge<Env> = (
  request: Request,
  env: Env,
  context: ExecutionContext,
  carryOut: CarryOut<Env>,
) => Promise<Response>;

/** One authorizer an isolate. */
export function createEdge<Env>(configuration: Equipped, replayBinding = "REPLAY"): Edge<Env> {
  // What is missing ends the deployment, not the first request.
  equip(configuration);
  let authorizer: Authorizer | undefined;
  const surroundings = createSurroundings();
  return async (request, env, context, carryOut) => {
    try {
      authorizer ??= createAuthorizer(
        configuration,
        createRuntime(env, configuration, replayBinding, () => surroundings.region),
      );
      surroundings.look(request);
      const body = keepBody(request);
      const decided = await authorizer.decide(
        edgeRequest(request, body.read, surroundings.dataCenter),
      );
      const { decision } = decided;
      if (decision.kind !== "allow") {
        written(decided.end(), context);
        return respond(decision);
      }
      const { signal } = request;
      if (signal.aborted) {
        written(decided.end(clientLeft()), context);
        return new Response(null, { status: 499 });
      }
      const sent = Date.now();
      // The platform ends what a client began when it leaves: who acts and leaves shall leave a trace.
      const left = () => written(decided.end(clientLeft(Date.now() - sent)), context);
      signal.addEventListener("abort", left);
      const { response, ending } = await carriedOut(request, decision, sent, () =>
        carryOut(body, decision, env, context),
      );
      // Else all that the event was written from is kept for as long as the signal.
      signal.removeEventListener("abort", left);
      written(decided.end(ending), context);
      return response;
    } catch (thrown) {
      const { method } = request;
      console.error(logLine({ time: new Date().toISOString(), fault: faultOf(thrown), method }));
      return failed(request);
    }
  };
}

/** What came back, and what the event says of it. Fails closed. */
async function carriedOut(
  request: Request,
  { requestId }: Allow,
  sent: number,
  carryOut: () => Promise<Carried>,
): Promise<{ readonly response: Response; readonly ending: Ending }> {
  try {
    const { response, problem } = await carryOut();
    return { response, ending: endingOf(response.status, problem, Date.now() - sent) };
  } catch (fault) {
    return { response: failed(request, requestId), ending: { status: 500, fault } };
  }
}

/** Tells the client nothing of what it tells the log. */
function failed({ method, headers }: Request, requestId?: string): Response {
  const id = requestId === undefined ? {} : { requestId };
  return respond(refusalAnswer("internal", { method, requestHeaders: headers, ...id }));
}

/** At once, ahead of the answer: to wait until it has left takes a timer and a turn, dearer than the line. */
function written(event: Promise<void> | undefined, context: ExecutionContext): void {
  if (event !== undefined) context.waitUntil(event);
}
