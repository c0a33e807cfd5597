import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { Configuration } from "../../src/configuration.ts";
import type { EdgeRequest } from "../../src/runtime.ts";
import { type Arrival, addressed, unreadable } from "./address.ts";
import { type CertificateHolder, clientCertificate } from "./client-certificate.ts";
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
    readonly requestId?: string | undefined;
    readonly identity?: ({ readonly sourceIp?: string | null } & CertificateHolder) | undefined;
  };
};

/** The request of a REST API, as API Gateway saw it. */
export function restRequest(
  event: RestEvent,
  configuration: Pick<Configuration, "publicOrigins">,
): EdgeRequest {
  const { domainName, identity, requestId } = event.requestContext;
  const clientAddress = identity?.sourceIp;
  const arrived = paths(event);
  return {
    method: event.httpMethod,
    ...(arrived === undefined
      ? unreadable
      : addressed({ domainName, ...arrived, search: search(event) }, configuration)),
    headers: headersOf(event),
    ...(clientAddress ? { clientAddress } : {}),
    ...clientCertificate(identity),
    ...(requestId ? { id: requestId } : {}),
  };
}

/**
 * `requestContext.path` is what the client asked: with the stage at the API's own domain, with the
 * base path at a custom one. The policy's ARN has the path that was routed by; the rest is prefix.
 * Undefined where the one does not end with the other: rules would guard another path than is served.
 */
function paths(event: RestEvent): Pick<Arrival, "prefix" | "path"> | undefined {
  const asked = event.requestContext.path;
  const routed = routedPath(event.methodArn) ?? event.path;
  // The root, asked as "/stage": without its slash.
  if (routed === "/" && !asked.endsWith("/")) return { prefix: encodedPath(asked), path: "/" };
  const end = routed.split("/").length - 1;
  const segments = asked.split("/");
  const path = `/${segments.slice(-end).join("/")}`;
  if (path !== routed && decoded(path) !== routed) return undefined;
  const prefix = segments.slice(0, -end).join("/");
  return { prefix: prefix === "" ? "" : encodedPath(prefix), path: encodedPath(path) };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
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
