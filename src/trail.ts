import type { Circumstances } from "./challenge.ts";
import type {
  Configuration,
  DefaultRule,
  Possession,
  Rule,
  TokenAuthenticator,
} from "./configuration.ts";
import { Fault, type Principal, type RefusalCode, Refused } from "./decision.ts";
import type { NonceOutcome } from "./dpop/nonce-check.ts";
import type { Proof } from "./dpop/proof.ts";
import { requestId } from "./event/request-id.ts";
import { metadataUrl, protectedResourceAt } from "./protected-resource.ts";
import type { Claim, EdgeRequest, RequestUrl, Runtime } from "./runtime.ts";
import type { AccessToken } from "./token/access-token.ts";
import { readsTokens } from "./token/reads-tokens.ts";

/** What the walk has learned so far; a refusal and the event are written from it. */
export interface Trail {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly began: number;
  /** A stage has ended. */
  readonly lap: (stage: StageName) => void;
  /** Milliseconds by stage, of those that took any. */
  stages?: Partial<Record<StageName, number>>;
  url?: RequestUrl;
  rule?: Rule | DefaultRule;
  /** The path expression that matched. */
  route?: string | undefined;
  authenticator?: TokenAuthenticator;
  scheme?: "dpop" | "bearer";
  /** Verified; possession may not be proven. */
  token?: AccessToken;
  principal?: Principal;
  /** Verified: its key's possession has been proven. */
  proof?: Proof;
  nonce?: NonceOutcome;
  /** Whether a list of revocations was at hand; absent: none was asked for. */
  revocation?: "checked" | "unchecked";
  /** What the replay store was asked. */
  claim?: Pick<Claim, "jkt" | "route">;
  /** What would have been refused, were it in earnest. */
  would?: RefusalCode | undefined;
}

export type StageName =
  | "route"
  | "token"
  | "proof"
  | "nonce"
  | "revocation"
  | "replay"
  | "policy"
  | "finalize";

export function beginTrail(
  request: EdgeRequest,
  { now, random }: Pick<Runtime, "now" | "random">,
): Trail {
  const began = now();
  let lapped = began;
  const trail: Trail = {
    requestId: requestId(request, random),
    began,
    lap(stage) {
      const took = now() - lapped;
      lapped += took;
      if (took < 1) return;
      trail.stages ??= {};
      trail.stages[stage] = took;
    },
  };
  return trail;
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
  thrown?: unknown,
): Circumstances {
  const { retryAfter, parameters } = thrown instanceof Refused ? thrown : {};
  const authenticator = authenticatorOf(trail);
  const cors = trail.rule?.cors ?? configuration.cors;
  const { url } = trail;
  const resource = url && protectedResourceAt(configuration.protectedResources, url);
  return {
    method: request.method,
    requestHeaders: request.headers,
    requestId: trail.requestId,
    ...(cors ? { cors } : {}),
    ...(trail.scheme ? { scheme: trail.scheme } : {}),
    ...(authenticator
      ? {
          signaling: authenticator.signaling,
          algorithms: authenticator.algorithms,
          opportunistic: takesBearer(authenticator.possession),
          requiredScopes: authenticator.scopes?.values ?? [],
        }
      : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(parameters === undefined ? {} : { parameters }),
    ...basicChallenge(trail, authenticator === undefined),
    ...(trail.principal ? { grantedScopes: trail.principal.scopes } : {}),
    ...(url && resource ? { resourceMetadata: metadataUrl(resource, url) } : {}),
  };
}

function takesBearer({ enforcement, confidentialClients }: Possession): boolean {
  return enforcement !== "required" || confidentialClients !== undefined;
}

function basicChallenge({ rule }: Trail, alone: boolean): Pick<Circumstances, "basic"> {
  for (const authenticator of rule?.authenticators ?? []) {
    if (authenticator.type !== "basic_auth" || authenticator.realm === undefined) continue;
    return { basic: { realm: authenticator.realm, alone } };
  }
  return {};
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

/** What nobody foresaw is refused too. */
export function codeOf(thrown: unknown): RefusalCode {
  return thrown instanceof Refused ? thrown.code : "internal";
}
