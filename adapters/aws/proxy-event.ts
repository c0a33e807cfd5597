import type { ALBEvent } from "aws-lambda";
import { Fault } from "../../src/decision.ts";
import { isRecord } from "../../src/record.ts";
import type { HttpEvent } from "./http-event.ts";

interface Body {
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}

/** An event that a Lambda can answer with a challenge. */
export type ProxyEvent =
  | { readonly kind: "http"; readonly event: HttpEvent & Body }
  | { readonly kind: "load balancer"; readonly event: ALBEvent };

/** Throws a Fault that says what to change for an event of another kind. */
export function proxyEvent(event: unknown): ProxyEvent {
  if (isLoadBalancer(event)) return { kind: "load balancer", event };
  if (isHttp(event)) return { kind: "http", event };
  throw new Fault(isRest(event) ? restApi : "The event is of no kind that the proxy knows.");
}

/** The request's body as it arrived. */
export function bodyOf({ body, isBase64Encoded }: Body): Buffer | undefined {
  return body == null ? undefined : Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
}

function isLoadBalancer(event: unknown): event is ALBEvent {
  return isRecord(event) && isRecord(event.requestContext) && isRecord(event.requestContext.elb);
}

function isHttp(event: unknown): event is HttpEvent & Body {
  return (
    isRecord(event) &&
    event.version === "2.0" &&
    typeof event.rawPath === "string" &&
    typeof event.rawQueryString === "string" &&
    isRecord(event.requestContext) &&
    isRecord(event.requestContext.http)
  );
}

function isRest(event: unknown): boolean {
  return isRecord(event) && typeof event.httpMethod === "string";
}

const restApi =
  "The proxy does not serve REST APIs, which rename WWW-Authenticate, nor payload format 1.0: use the " +
  "authorizer there, or set the integration's payload format to 2.0.";
