import type { ALBResult, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { refusalAnswer } from "../../src/challenge.ts";
import type { Configuration } from "../../src/configuration.ts";
import { endingOf } from "../../src/event/ending.ts";
import type { Reply } from "../../src/forward/reply.ts";
import { type Equipped, equip } from "../../src/mechanisms.ts";
import type { EdgeRequest, Runtime } from "../../src/runtime.ts";
import { type Carried, forward } from "./forward.ts";
import { loadProtocols, type Send } from "./http-call.ts";
import { httpRequest, isFunctionUrl } from "./http-event.ts";
import { httpResult, loadBalancerResult } from "./lambda-answer.ts";
import { lambdaAuthorizer } from "./lambda-authorizer.ts";
import { loadBalancerRequest } from "./load-balancer-event.ts";
import { createWarnings, logFault } from "./log.ts";
import { bodyOf, type ProxyEvent, proxyEvent } from "./proxy-event.ts";
import { warmUp } from "./warm-up.ts";

export interface ProxyHandlerOptions {
  /** Another runtime than Lambda's own, for tests and embedding. */
  readonly runtime?: Runtime;
  /** How upstreams are reached; node:http unless told. It must leave content codings as they are. */
  readonly send?: Send;
}

/** What is read of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export interface ProxyHandler {
  (event: unknown, context?: LambdaContext): Promise<ProxyResult>;
  /** To be awaited where the function's module ends: what the first request would wait for. Never throws. */
  warmUp(): Promise<void>;
}

export type ProxyResult = ALBResult | APIGatewayProxyStructuredResultV2;

/** Bytes of a body, as base64 a third more: Lambda carries 6 MB, to a load balancer 1 MB. */
const largest = { http: 4_400_000, "load balancer": 740_000 } as const;

/**
 * A Lambda that stands in front of the upstream as the Worker does: behind an HTTP API, a function
 * URL, or a load balancer with multi-value headers. It sends the challenge itself, forwards what is
 * allowed, and publishes the internal tokens' keys. Never throws: what fails is a 500.
 */
export function createProxyHandler(
  configuration: Equipped,
  { runtime, send }: ProxyHandlerOptions = {},
): ProxyHandler {
  const warn = createWarnings();
  equip(configuration);
  const theAuthorizer = lambdaAuthorizer(configuration, runtime);

  async function carry(event: ProxyEvent, context?: LambdaContext): Promise<Carried> {
    const authorizer = theAuthorizer();
    const body = bodyOf(event.event);
    const request = { ...requestOf(event, configuration), body: reader(body) };
    const { decision, end } = await authorizer.decide(request);
    if (decision.kind !== "allow") {
      await end();
      return carried(decision);
    }
    const sent = performance.now();
    const answer = await forward({ method: request.method, body }, decision, {
      largest: largest[event.kind],
      ...(context ? { remaining: context.getRemainingTimeInMillis() } : {}),
      ...(send ? { send } : {}),
    }).catch(async (fault: unknown) => {
      await end({ status: 500, fault });
      throw fault;
    });
    const duration = Math.round(performance.now() - sent);
    await end(endingOf(answer.status, answer.problem, duration));
    return answer;
  }

  const handler = async (received: unknown, context?: LambdaContext): Promise<ProxyResult> => {
    try {
      const event = proxyEvent(received);
      if (event.kind === "http" && isFunctionUrl(event.event)) warn(functionUrl);
      const answer = await carry(event, context);
      return event.kind === "http" ? httpResult(answer) : loadBalancerResult(answer, true);
    } catch (thrown) {
      logFault(thrown);
      return failure(received);
    }
  };
  return Object.assign(handler, {
    async warmUp() {
      await Promise.all([warmUp(theAuthorizer), loadProtocols()]);
    },
  });
}

function requestOf(event: ProxyEvent, configuration: Configuration): EdgeRequest {
  return event.kind === "http"
    ? httpRequest(event.event, configuration)
    : loadBalancerRequest(event.event, configuration);
}

/** The platform has read it already. */
function reader(body: Buffer | undefined): NonNullable<EdgeRequest["body"]> {
  const bytes = new Uint8Array(body ?? []);
  return async (limit) => (bytes.byteLength > limit ? undefined : bytes);
}

function carried({ body, ...reply }: Reply): Carried {
  return body === undefined ? reply : { ...reply, body: Buffer.from(body) };
}

/** Whatever sent the event: a load balancer with single-value headers reads `headers` too. */
function failure(event: unknown): ProxyResult {
  const seen = { method: "GET", requestHeaders: new Headers() };
  const answer = carried(refusalAnswer("internal", seen));
  const multiple = typeof event === "object" && event !== null && "multiValueHeaders" in event;
  return loadBalancerResult(answer, multiple);
}

const functionUrl =
  "A function URL renames WWW-Authenticate to x-amzn-Remapped-WWW-Authenticate: clients that look for the " +
  "challenge there find none. Put CloudFront before it and rename the header back, or use an HTTP API (docs/aws.md).";
