import type { APIGatewayAuthorizerResult } from "aws-lambda";
import type { Configuration } from "../../src/configuration.ts";
import { type Answer, type Decision, type Refusal, refusals } from "../../src/decision.ts";
import { allowContext, refusalContext } from "./context.ts";
import { exactResource } from "./method-arn.ts";
import { nobody, policy } from "./policy.ts";
import { waysOut } from "./ways-out.ts";

/** API Gateway knows this error by its message alone. */
export class Unauthorized extends Error {
  override readonly name = "Unauthorized";
  constructor() {
    super("Unauthorized");
  }
}

/** Any other error ends as AUTHORIZER_FAILURE or AUTHORIZER_CONFIGURATION_ERROR: nothing passes. */
export class AuthorizerFailure extends Error {
  override readonly name = "AuthorizerFailure";
}

/**
 * A decision as a REST API carries it out. Throws Unauthorized and AuthorizerFailure, which are
 * answers too (ways-out.ts); `warn` is told of an Allow that no policy can express.
 */
export function restAnswer(
  decision: Decision,
  methodArn: string,
  configuration: Configuration,
  warn: (warning: string) => void,
): APIGatewayAuthorizerResult {
  if (decision.kind !== "allow") return refused(decision, methodArn);
  const resource = exactResource(methodArn);
  if (resource === undefined) {
    warn(inexpressible);
    return refused(unsafeRoute(), methodArn);
  }
  return policy("Allow", resource, decision.principal.id, allowContext(decision, configuration));
}

function refused(answer: Answer, methodArn: string): APIGatewayAuthorizerResult {
  const { code = "internal" } = answer;
  const refusal: Refusal = refusals[code];
  switch (answer.kind === "refuse" ? waysOut[refusal.status] : "deny") {
    case "deny":
      // Without a resource that fits, all of it: a denial may be too wide.
      return policy("Deny", exactResource(methodArn) ?? "*", nobody, contextOf(answer));
    case "unauthorized":
      throw new Unauthorized();
    case "failure":
      throw new AuthorizerFailure(`${code}: ${refusal.says}`);
  }
}

/** What only the edge can answer, a preflight: an Allow would reach the integration without a token. */
function contextOf(answer: Answer) {
  return refusalContext(
    answer.kind === "refuse" ? answer : { ...answer, code: "credentials.missing" },
  );
}

/** Made when needed: Node loads its fetch, some 20 ms, when the first Headers is made. */
function unsafeRoute(): Answer {
  return { kind: "refuse", code: "route.unsafe", status: 400, headers: new Headers() };
}

const inexpressible =
  "A path that was allowed is refused, since no policy can name it alone: its ARN is longer than 512 " +
  "characters, or the path holds * ? or ${. Such characters can be percent-encoded; for such paths use the proxy.";
