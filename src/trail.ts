import type { Circumstances } from "./challenge.ts";
import type { Configuration, DefaultRule, Rule, TokenAuthenticator } from "./configuration.ts";
import { type Decision, Fault, type Principal, Refused } from "./decision.ts";
import type { DecisionEvent } from "./event.ts";
import { metadataUrl, protectedResourceAt } from "./protected-resource.ts";
import type { EdgeRequest, RequestUrl } from "./runtime.ts";
import { readsTokens } from "./token/reads-tokens.ts";

/** What the walk has learned so far; a refusal and the event are written from it. */
export interface Trail {
  url?: RequestUrl;
  rule?: Rule | DefaultRule;
  authenticator?: TokenAuthenticator;
  scheme?: "dpop" | "bearer";
  /** The proof's. */
  alg?: string;
  /** The thumbprint of the key whose possession has been proven. */
  jkt?: string;
  principal?: Principal;
}

/** The token authenticator that answers for the rule: the one that judged, else the first. */
export function authenticatorOf(trail: Trail): TokenAuthenticator | undefined {
  return trail.authenticator ?? trail.rule?.authenticators.find(readsTokens);
}

/** What a challenge may depend on, as far as the walk came. */
export function circumstances(
  request: EdgeRequest,
  trail: Trail,
  configuration: Configuration,
): Circumstances {
  const authenticator = authenticatorOf(trail);
  const cors = trail.rule?.cors ?? configuration.cors;
  const { url } = trail;
  const resource = url && protectedResourceAt(configuration.protectedResources, url);
  return {
    method: request.method,
    requestHeaders: request.headers,
    ...(cors ? { cors } : {}),
    ...(trail.rule ? { onError: trail.rule.onError } : {}),
    ...(trail.scheme ? { scheme: trail.scheme } : {}),
    ...(authenticator
      ? {
          signaling: authenticator.signaling,
          algorithms: authenticator.algorithms,
          opportunistic: authenticator.possession.enforcement === "opportunistic",
          requiredScopes: authenticator.scopes?.values ?? [],
        }
      : {}),
    ...basicChallenge(trail, authenticator === undefined),
    ...(trail.principal ? { grantedScopes: trail.principal.scopes } : {}),
    ...(url && resource ? { resourceMetadata: metadataUrl(resource, url) } : {}),
  };
}

function basicChallenge({ rule }: Trail, alone: boolean): Pick<Circumstances, "basic"> {
  for (const authenticator of rule?.authenticators ?? []) {
    if (authenticator.type !== "basic_auth" || authenticator.realm === undefined) continue;
    return { basic: { realm: authenticator.realm, alone } };
  }
  return {};
}

/** The one event of a request. */
export function eventOf(
  request: EdgeRequest,
  trail: Trail,
  decision: Decision,
  thrown: unknown,
  time: { readonly began: number; readonly ended: number },
): DecisionEvent {
  const { rule, authenticator, scheme, alg, jkt, principal } = trail;
  return {
    at: time.began,
    outcome: decision.kind,
    method: request.method,
    milliseconds: time.ended - time.began,
    ...(decision.kind === "allow" ? {} : { status: decision.status }),
    ...(decision.kind === "refuse" && decision.code ? { code: decision.code } : {}),
    ...(rule ? { rule: rule.id } : {}),
    ...(authenticator ? { authenticator: authenticator.id } : {}),
    ...(scheme ? { scheme } : {}),
    ...(alg ? { alg } : {}),
    ...(principal ? { subject: principal.id } : {}),
    ...(principal?.clientId ? { clientId: principal.clientId } : {}),
    ...(jkt ? { jkt } : {}),
    ...(thrown instanceof Refused ? { detail: thrown.detail } : {}),
    ...(thrown === undefined || thrown instanceof Refused ? {} : { fault: faultOf(thrown) }),
  };
}

/**
 * A Fault's message is ours. Of anything else only the name and the place are told: runtimes quote
 * the input in their messages ("Invalid URL: ..."), and the input may be a secret.
 */
export function faultOf(thrown: unknown): string {
  if (thrown instanceof Fault) return thrown.message;
  if (!(thrown instanceof Error)) return "something that is not an Error was thrown";
  const place = thrown.stack?.match(/^\s+at .*$/m)?.[0].trim();
  return place ? `${thrown.name} ${place}` : thrown.name;
}
