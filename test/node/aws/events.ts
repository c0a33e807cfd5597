import type { ALBEvent } from "aws-lambda";
import { start } from "../../core/authorizer/world.ts";

// Shaped as in AWS's documentation of each event; what the adapter does not read is left in.

export const restArn = (path: string, method = "GET", stage = "dev") =>
  `arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/${stage}/${method}${path}`;

type Changes = Readonly<Record<string, unknown>>;

export interface RestOptions {
  readonly method?: string;
  /** What API Gateway routes by. */
  readonly path?: string;
  /** What the client asked: with the stage or the mapping. */
  readonly asked?: string;
  readonly domainName?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly query?: Record<string, string[]>;
}

/** REQUEST, payload 1.0 without a version: a REST API's. */
export function restEvent(options: RestOptions = {}, changes: Changes = {}) {
  const { method = "GET", path = "/api/x", domainName = "api.example.com" } = options;
  const { asked = path, headers = {}, query } = options;
  const multiValueHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat()]),
  );
  const lasts = Object.entries(multiValueHeaders).map(([name, values]) => [name, values.at(-1)]);
  return {
    type: "REQUEST",
    methodArn: restArn(path, method),
    resource: "/api/{proxy+}",
    path,
    httpMethod: method,
    headers: Object.fromEntries(lasts),
    multiValueHeaders,
    queryStringParameters: query
      ? Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values.at(-1)]))
      : {},
    multiValueQueryStringParameters: query ?? {},
    pathParameters: { proxy: "x" },
    stageVariables: {},
    requestContext: {
      resourceId: "123456",
      resourcePath: "/api/{proxy+}",
      httpMethod: method,
      extendedRequestId: "Xq8vHGQyliAFbIA=",
      requestTime: "15/Jan/2027:08:00:00 +0000",
      path: asked,
      accountId: "123456789012",
      protocol: "HTTP/1.1",
      stage: "dev",
      domainPrefix: domainName.split(".")[0],
      requestTimeEpoch: start * 1000,
      requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
      identity: { sourceIp: "203.0.113.7", userAgent: "curl/8.0" },
      domainName,
      apiId: "abcdef1234",
    },
    ...changes,
  };
}

export interface HttpOptions {
  readonly method?: string;
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly stage?: string;
  readonly domainName?: string;
  /** Repeated ones comma-joined, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

/** Payload 2.0: an HTTP API's integration, or a function URL. */
export function httpEvent(options: HttpOptions = {}, changes: Changes = {}) {
  const { method = "GET", rawPath = "/api/x", rawQueryString = "", stage = "$default" } = options;
  const { domainName = "api.example.com", headers = {}, cookies } = options;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookies ? { cookies } : {}),
    headers,
    requestContext: {
      accountId: "123456789012",
      apiId: "abcdef1234",
      domainName,
      domainPrefix: domainName.split(".")[0],
      http: {
        method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: "203.0.113.7",
        userAgent: "x",
      },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage,
      time: "15/Jan/2027:08:00:00 +0000",
      timeEpoch: start * 1000,
    },
    isBase64Encoded: false,
    ...changes,
  };
}

/** Payload 2.0, an HTTP API's authorizer. */
export function httpAuthorizerEvent(options: HttpOptions = {}, changes: Changes = {}) {
  const { method = "GET", rawPath = "/api/x", stage = "$default" } = options;
  return {
    ...httpEvent(options),
    type: "REQUEST",
    routeArn: restArn(rawPath, method, stage),
    identitySource: null,
    ...changes,
  };
}

/** An Application Load Balancer's, with multi-value headers. */
export function loadBalancerEvent(
  headers: Readonly<Record<string, readonly string[]>> = {},
  changes: Changes = {},
): ALBEvent {
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/edge/6d0ecf831eec9f09",
      },
    },
    httpMethod: "GET",
    path: "/api/x",
    multiValueQueryStringParameters: {},
    multiValueHeaders: {
      host: ["api.example.com"],
      "x-forwarded-for": ["203.0.113.7"],
      ...headers,
    },
    body: "",
    isBase64Encoded: false,
    ...changes,
  } as ALBEvent;
}
