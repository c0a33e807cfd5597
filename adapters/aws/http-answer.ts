import type {
  APIGatewayAuthorizerResult,
  APIGatewaySimpleAuthorizerWithContextResult,
} from "aws-lambda";
import type { Configuration } from "../../src/configuration.ts";
import { type Answer, type Decision, refusals } from "../../src/decision.ts";
import { allowContext, type Context, refusalContext } from "./context.ts";
import { exactResource } from "./method-arn.ts";
import { nobody, policy } from "./policy.ts";
import { AuthorizerFailure } from "./rest-answer.ts";
import { waysOut } from "./ways-out.ts";

/** Which of the two an HTTP API expects: `enableSimpleResponses` of its authorizer; no event says it. */
export type HttpResponses = "simple" | "policy";

export type HttpAnswer =
  | APIGatewaySimpleAuthorizerWithContextResult<Context>
  | APIGatewayAuthorizerResult;

/**
 * A decision as an HTTP API carries it out: whatever is denied is a bare 403 there, whose context is
 * for access logs only. What failed throws: that is a 500, which a client may retry.
 */
export function httpAnswer(
  decision: Decision,
  routeArn: string,
  configuration: Configuration,
  responses: HttpResponses,
  warn: (warning: string) => void,
): HttpAnswer {
  const answer = responses === "simple" ? simple : inPolicy(routeArn, warn);
  if (decision.kind === "allow") {
    return answer(true, decision.principal.id, allowContext(decision, configuration));
  }
  const { code = "internal" } = decision;
  if (decision.kind === "refuse" && waysOut[refusals[code].status] === "failure") {
    throw new AuthorizerFailure(`${code}: ${refusals[code].says}`);
  }
  warn(bare403);
  return answer(false, nobody, deniedContext(decision));
}

function deniedContext(answer: Answer): Context {
  return answer.kind === "refuse" ? refusalContext(answer) : {};
}

type Answering = (allowed: boolean, principal: string, context: Context) => HttpAnswer;

const simple: Answering = (isAuthorized, _, context) => ({ isAuthorized, context });

const inPolicy =
  (routeArn: string, warn: (warning: string) => void): Answering =>
  (allowed, principal, context) => {
    const resource = exactResource(routeArn);
    if (allowed && resource !== undefined) return policy("Allow", resource, principal, context);
    if (allowed) warn(inexpressible);
    return policy("Deny", resource ?? "*", nobody, allowed ? {} : context);
  };

const bare403 =
  "An HTTP API answers a refusal with a bare 403: no challenge, no DPoP-Nonce, no reason. A rule that requires " +
  "nonces lets nobody in here. Use the proxy entry (docs/aws.md), or a REST API, to send the challenge.";
const inexpressible =
  "A path that was allowed is refused, since no policy can name it alone: use simple responses, or the proxy.";
