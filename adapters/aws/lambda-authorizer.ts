import { type Authorizer, createAuthorizer } from "../../src/authorizer.ts";
import type { Equipped } from "../../src/mechanisms.ts";
import type { Runtime } from "../../src/runtime.ts";
import { createLambdaRuntime } from "./runtime.ts";

/** One authorizer a function, made when it is first asked for: what fails is then a request's to tell. */
export function lambdaAuthorizer(
  configuration: Equipped,
  runtime: Runtime | undefined,
): () => Authorizer {
  let made: Authorizer | undefined;
  return () => {
    made ??= createAuthorizer(configuration, runtime ?? createLambdaRuntime(configuration));
    return made;
  };
}
