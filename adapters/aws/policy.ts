import type { APIGatewayAuthorizerResult } from "aws-lambda";
import type { Context } from "./context.ts";

/** Names nobody: a policy needs a principal. */
export const nobody = "nobody";

/** The policy that API Gateway evaluates for this request. */
export function policy(
  effect: "Allow" | "Deny",
  resource: string,
  principalId: string,
  context: Context,
): APIGatewayAuthorizerResult {
  return {
    principalId,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
    },
    context: { ...context },
  };
}
