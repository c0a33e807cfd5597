import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { Fault } from "../../src/decision.ts";
import { isRecord } from "../../src/record.ts";
import type { RestEvent } from "./rest-event.ts";

/** An event of a kind that can be decided about. */
export type AuthorizerEvent =
  | { readonly kind: "rest"; readonly event: RestEvent; readonly cacheable: boolean }
  | {
      readonly kind: "http";
      readonly event: APIGatewayRequestAuthorizerEventV2;
      readonly cacheable: boolean;
    };

/**
 * The event's own version says what it is: a REST API's has none, an HTTP API's says 2.0.
 * Throws a Fault that says what to change for every other.
 */
export function authorizerEvent(event: unknown): AuthorizerEvent {
  if (!isRecord(event)) throw new Fault("The event is no API Gateway authorizer event.");
  const cacheable = namesIdentity(event);
  if (isHttp(event)) return { kind: "http", event, cacheable };
  if (event.version !== undefined) throw new Fault(payloadVersion);
  if (event.type === "TOKEN") throw new Fault(tokenAuthorizer);
  if (isRest(event)) return { kind: "rest", event, cacheable };
  throw new Fault("The event is no API Gateway authorizer event: it has no methodArn, or no path.");
}

/** Identity sources are the key of the result cache; a REST API does not tell its REQUEST authorizers. */
function namesIdentity({ identitySource, authorizationToken }: Record<string, unknown>): boolean {
  const sources = Array.isArray(identitySource) ? identitySource : [identitySource];
  return [...sources, authorizationToken].some((source) => typeof source === "string");
}

function isHttp(
  event: Record<string, unknown>,
): event is Record<string, unknown> & APIGatewayRequestAuthorizerEventV2 {
  return (
    event.version === "2.0" &&
    typeof event.routeArn === "string" &&
    typeof event.rawPath === "string" &&
    typeof event.rawQueryString === "string" &&
    isRecord(event.requestContext) &&
    isRecord(event.requestContext.http)
  );
}

function isRest(event: Record<string, unknown>): event is Record<string, unknown> & RestEvent {
  return (
    event.type === "REQUEST" &&
    typeof event.methodArn === "string" &&
    typeof event.httpMethod === "string" &&
    typeof event.path === "string" &&
    isRecord(event.requestContext) &&
    typeof event.requestContext.path === "string"
  );
}

const tokenAuthorizer =
  "A TOKEN authorizer never sees the DPoP proof: set the authorizer's type to REQUEST (serverless.yml: " +
  "type: request), without identity sources and with a result TTL of 0.";
const payloadVersion =
  "Of an HTTP API only payload format 2.0 is understood: set authorizerPayloadFormatVersion to 2.0 " +
  "(serverless.yml: payloadVersion: '2.0').";
