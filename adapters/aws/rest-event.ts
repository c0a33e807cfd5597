import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { Configuration } from "../../src/configuration.ts";
import type { EdgeRequest } from "../../src/runtime.ts";
import { type Arrival, addressed } from "./address.ts";
import { headersOf } from "./headers.ts";
import { routedPath } from "./method-arn.ts";
import { encodedPath } from "./path.ts";

/** What is read of an authorizer's event of a REST API (REQUEST, payload 1.0). */
export type RestEvent = Pick<
  APIGatewayRequestAuthorizerEvent,
  | "methodArn"
  | "httpMethod"
  | "path"
  | "headers"
  | "multiValueHeaders"
  | "queryStringParameters"
  | "multiValueQueryStringParameters"
> & {
  readonly requestContext: {
    readonly path: string;
    readonly domainName?: string | undefined;
    readonly identity?: { readonly sourceIp?: string | null } | undefined;
  };
};

/** The request of a REST API, as API Gateway saw it. */
export function restRequest(
  event: RestEvent,
  configuration: Pick<Configuration, "publicOrigins">,
): EdgeRequest {
  const { domainName, identity } = event.requestContext;
  const clientAddress = identity?.sourceIp;
  return {
    method: event.httpMethod,
    ...addressed({ domainName, ...paths(event), search: search(event) }, configuration),
    headers: headersOf(event),
    ...(clientAddress ? { clientAddress } : {}),
  };
}

/**
 * `requestContext.path` is what the client asked: with the stage at the API's own domain, with the
 * base path at a custom one. The policy's ARN has the path that was routed by; the rest is prefix.
 */
function paths(event: RestEvent): Pick<Arrival, "prefix" | "path"> {
  const asked = event.requestContext.path;
  for (const routed of [routedPath(event.methodArn), event.path]) {
    if (routed === undefined || !routed.startsWith("/") || !asked.endsWith(routed)) continue;
    const prefix = asked.slice(0, -routed.length);
    return { prefix: encodedPrefix(prefix), path: encodedPath(routed) };
  }
  return { prefix: "", path: encodedPath(asked) };
}

function encodedPrefix(prefix: string): string {
  return prefix === "" ? "" : encodedPath(prefix);
}

/** Payload 1.0 has only decoded parameters; their order among different names is lost. */
function search(event: RestEvent): string {
  const { multiValueQueryStringParameters: multiple, queryStringParameters: single } = event;
  const pairs = multiple
    ? Object.entries(multiple).flatMap(([name, values]) =>
        (values ?? []).map((value): [string, string] => [name, value]),
      )
    : Object.entries(single ?? {}).map(([name, value]): [string, string] => [name, value ?? ""]);
  const encoded = pairs.map((pair) => pair.map(encodeURIComponent).join("="));
  return encoded.length === 0 ? "" : `?${encoded.join("&")}`;
}
