import type { Decided } from "../../src/authorizer.ts";
import { Fault } from "../../src/decision.ts";
import { type Equipped, equip } from "../../src/mechanisms.ts";
import type { Runtime } from "../../src/runtime.ts";
import { type AuthorizerEvent, authorizerEvent } from "./authorizer-event.ts";
import { type HttpAnswer, type HttpResponses, httpAnswer } from "./http-answer.ts";
import { httpRequest } from "./http-event.ts";
import { lambdaAuthorizer } from "./lambda-authorizer.ts";
import { createWarnings, logFault } from "./log.ts";
import { AuthorizerFailure, restAnswer, Unauthorized } from "./rest-answer.ts";
import { restRequest } from "./rest-event.ts";
import { warmUp } from "./warm-up.ts";

export interface AuthorizerHandlerOptions {
  /** What the HTTP API expects; `simple` unless told. A REST API has only policies. */
  readonly httpResponses?: HttpResponses;
  /** Another runtime than Lambda's own, for tests and embedding. */
  readonly runtime?: Runtime;
}

export interface AuthorizerHandler {
  (event: unknown): Promise<HttpAnswer>;
  /** To be awaited where the function's module ends: what the first request would wait for. Never throws. */
  warmUp(): Promise<void>;
}

/**
 * A Lambda authorizer for REST APIs (REQUEST) and HTTP APIs (payload 2.0). It never allows what the
 * line has not allowed: whatever fails to run throws, and API Gateway then lets nothing pass.
 * Throws Unauthorized and AuthorizerFailure, which API Gateway turns into responses (docs/aws.md).
 */
export function createAuthorizerHandler(
  configuration: Equipped,
  { httpResponses = "simple", runtime }: AuthorizerHandlerOptions = {},
): AuthorizerHandler {
  const warn = createWarnings();
  equip(configuration);
  if (configuration.needs.some((name) => name === "body" || name === "mcp"))
    throw new Fault(noBody);
  const theAuthorizer = lambdaAuthorizer(configuration, runtime);

  async function decide(event: AuthorizerEvent): Promise<HttpAnswer> {
    const authorizer = theAuthorizer();
    if (event.kind === "rest") {
      const decided = await authorizer.decide(restRequest(event.event, configuration));
      const { methodArn } = event.event;
      return told(decided, (warn) => restAnswer(decided.decision, methodArn, configuration, warn));
    }
    const { routeArn } = event.event;
    const decided = await authorizer.decide(httpRequest(event.event, configuration));
    return told(decided, (warn) =>
      httpAnswer(decided.decision, routeArn, configuration, httpResponses, warn),
    );
  }

  /** An allow that cannot be expressed is no allow: its event says so. */
  async function told(
    { decision, end }: Decided,
    answer: (warn: (warning: string) => void) => HttpAnswer,
  ): Promise<HttpAnswer> {
    let fault: Fault | undefined;
    try {
      return answer((warning) => {
        if (decision.kind === "allow") fault = new Fault(warning);
        warn(warning);
      });
    } finally {
      await end(fault === undefined ? {} : { fault });
    }
  }

  const handler = async (received: unknown): Promise<HttpAnswer> => {
    try {
      const event = authorizerEvent(received);
      if (event.cacheable) warn(cacheable);
      return await decide(event);
    } catch (thrown) {
      if (thrown instanceof Unauthorized || thrown instanceof AuthorizerFailure) throw thrown;
      logFault(thrown);
      throw new AuthorizerFailure("internal: see the log");
    }
  };
  return Object.assign(handler, { warmUp: () => warmUp(theAuthorizer) });
}

const noBody =
  "The documents look into request bodies (Request.Body, or match.mcp), which API Gateway hands to no authorizer: " +
  "use the proxy for them, or documents of its own for the authorizer.";

const cacheable =
  "DANGER: this authorizer has identity sources, which only a result cache needs. A cached Allow lets a " +
  "replayed proof through. Set the result TTL to 0 (authorizerResultTtlInSeconds, resultTtlInSeconds) " +
  "and remove the identity sources.";
