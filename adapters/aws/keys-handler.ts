import type { APIGatewayProxyResult } from "aws-lambda";
import { refusalAnswer } from "../../src/challenge.ts";
import { keysReply } from "../../src/forward/keys.ts";
import type { Reply } from "../../src/forward/reply.ts";
import type { Equipped } from "../../src/mechanisms.ts";
import type { Runtime } from "../../src/runtime.ts";
import { lambdaAuthorizer } from "./lambda-authorizer.ts";
import { logFault } from "./log.ts";

export interface KeysEvent {
  readonly httpMethod?: string;
  readonly requestContext?: {
    readonly http?: { readonly method?: string };
    readonly stage?: string;
  };
}

/** A Lambda in proxy integration, of any payload format, that serves the internal tokens' public keys. */
export function createKeysHandler(
  configuration: Equipped,
  { runtime }: { readonly runtime?: Runtime } = {},
): (event: KeysEvent) => Promise<APIGatewayProxyResult> {
  const theAuthorizer = lambdaAuthorizer(configuration, runtime);
  return async (event) => {
    const method = event.requestContext?.http?.method ?? event.httpMethod ?? "GET";
    try {
      return result(await keysReply(method, theAuthorizer().publicKeys));
    } catch (thrown) {
      logFault(thrown);
      return result(refusalAnswer("internal", { method, requestHeaders: new Headers() }));
    }
  };
}

function result({ status, headers, body = "" }: Reply): APIGatewayProxyResult {
  return { statusCode: status, headers: Object.fromEntries(headers), body };
}
