export type { Configuration } from "../../src/configuration.ts";
export type { Equipped } from "../../src/mechanisms.ts";
export type {} from "../../src/web-names.ts";
export {
  type AuthorizerHandler,
  type AuthorizerHandlerOptions,
  createAuthorizerHandler,
} from "./authorizer-handler.ts";
export { type AwsCall, createAwsCall } from "./aws-call.ts";
export { createKeysHandler } from "./keys-handler.ts";
export {
  createProxyHandler,
  type ProxyHandler,
  type ProxyHandlerOptions,
  type ProxyResult,
} from "./proxy-handler.ts";
export { createDynamoReplay, type DynamoReplayOptions } from "./replay-dynamodb.ts";
export { createDynamoRevocations, type DynamoRevocationsOptions } from "./revocations-dynamodb.ts";
export { createLambdaRuntime } from "./runtime.ts";
