import type { Refusal } from "../../src/decision.ts";

/**
 * How a refusal leaves an authorizer of a REST API, whose gateway responses have one status each.
 * deny: a Deny policy, ACCESS_DENIED, 401 with the challenge, the nonce and the body from the context.
 * unauthorized: the error of that name, UNAUTHORIZED, 403 insufficient_scope.
 * failure: any other error, AUTHORIZER_FAILURE or AUTHORIZER_CONFIGURATION_ERROR, 503.
 */
export type WayOut = "deny" | "unauthorized" | "failure";

/** By the status that the refusal has elsewhere. */
export const waysOut: Readonly<Record<Refusal["status"], WayOut>> = {
  400: "deny",
  401: "deny",
  403: "unauthorized",
  404: "deny",
  413: "deny",
  421: "deny",
  431: "deny",
  500: "failure",
  503: "failure",
};
