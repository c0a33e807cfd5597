import type { Cors, ErrorHandler, ErrorSignaling } from "./configuration.ts";
import { corsHeaders } from "./cors.ts";
import { type Answer, type Refusal, type RefusalCode, refusals } from "./decision.ts";
import type { Fields } from "./fields.ts";

/** What the line had learned when it was stopped: all that a challenge may depend on. */
export interface Circumstances {
  readonly method: string;
  readonly requestHeaders: Fields;
  /** Of the rule's token authenticator; absent where the rule takes no tokens. */
  readonly signaling?: ErrorSignaling;
  readonly algorithms?: readonly string[];
  /** The rule takes Bearer tokens too. */
  readonly opportunistic?: boolean;
  readonly scheme?: "dpop" | "bearer";
  readonly requiredScopes?: readonly string[];
  /** Where the rule takes user and password, and says so: also, or nothing else. */
  readonly basic?: { readonly realm: string; readonly alone: boolean };
  /** Of the presented token, once its possession has been proven. */
  readonly grantedScopes?: readonly string[];
  /** RFC 9728 section 5.1: where the metadata of the resource is. */
  readonly resourceMetadata?: string;
  /** Who answers, by the rule's error pipeline. */
  readonly handler?: ErrorHandler | undefined;
  /** Beside `error` in the challenge. */
  readonly parameters?: Parameters;
  readonly cors?: Cors;
  /** RFC 9449 section 8: a fresh nonce, where nonces are in force. */
  readonly nonce?: string | undefined;
  readonly requestId?: string;
  /** RFC 9110 section 10.2.3, whole seconds: where it is known when a 503 ends. */
  readonly retryAfter?: number;
}

/** Seconds, where nobody knows when a 503 ends. */
const usualRetry = 5;

/** A refusal as the client sees it: status, headers and a JSON body. */
export function refusalAnswer(code: RefusalCode, seen: Circumstances): Answer {
  const refusal: Refusal = refusals[code];
  const headers = seen.cors ? corsHeaders(seen.cors, seen.requestHeaders) : new Headers();
  headers.set("Cache-Control", "no-store");
  headers.set("Content-Type", "application/json");
  if (refusal.status === 401 || refusal.error) {
    headers.set("WWW-Authenticate", wwwAuthenticate(code, refusal, seen));
  }
  if (refusal.status === 401 && seen.nonce !== undefined) headers.set("DPoP-Nonce", seen.nonce);
  if (seen.requestId !== undefined) headers.set("X-Request-Id", seen.requestId);
  if (refusal.status === 503) headers.set("Retry-After", `${seen.retryAfter ?? usualRetry}`);
  const answer = { kind: "refuse", code, status: refusal.status, headers } as const;
  if (seen.method === "HEAD") return answer;
  const error = refusal.error ? { error: refusal.error } : {};
  const uri = seen.signaling?.errorUri;
  const body = {
    ...error,
    error_description: refusal.says,
    code,
    request_id: seen.requestId,
    more: uri === undefined ? undefined : `${uri}#${code}`,
  };
  return { ...answer, body: JSON.stringify(body) };
}

/**
 * RFC 9449 sections 7.1 and 7.2, RFC 9110 section 11.6.1. One field that starts with DPoP, since
 * clients read only the beginning of it; where Bearer tokens pass too, a Bearer challenge follows.
 */
function wwwAuthenticate(code: RefusalCode, refusal: Refusal, seen: Circumstances): string {
  const { basic } = seen;
  if (basic === undefined || refusal.error === "use_dpop_nonce")
    return forTokens(code, refusal, seen);
  // RFC 7617 section 2: the realm is required.
  const forUsers = challenge("Basic", { realm: basic.realm, charset: "UTF-8" });
  return basic.alone ? forUsers : `${forTokens(code, refusal, seen)}, ${forUsers}`;
}

function forTokens(code: RefusalCode, refusal: Refusal, seen: Circumstances): string {
  const challengesNonce = refusal.error === "use_dpop_nonce";
  const error = errorParameters(code, refusal, seen);
  const algs =
    seen.algorithms && (challengesNonce || seen.signaling?.algorithms)
      ? { algs: seen.algorithms.join(" ") }
      : {};
  const realm = realmOf(seen);
  const resource = resourceParameters(code, seen);
  if (challengesNonce || !seen.opportunistic)
    return challenge("DPoP", { ...realm, ...error, ...resource, ...algs });
  // A bound token sent as Bearer is told to come back with DPoP; any other error answers its scheme.
  const concernsBearer = seen.scheme === "bearer" && code !== "token.downgraded";
  return [
    challenge("DPoP", { ...realm, ...(concernsBearer ? {} : error), ...resource, ...algs }),
    challenge("Bearer", { ...realm, ...(concernsBearer ? error : {}), ...resource }),
  ].join(", ");
}

type Parameters = Readonly<Record<string, string>>;

/** Without error signaling a challenge is bare; a nonce challenge never is: no client could go on. */
function errorParameters(code: RefusalCode, refusal: Refusal, seen: Circumstances): Parameters {
  if (refusal.error === undefined) return {};
  if (refusal.error === "use_dpop_nonce") {
    return { error: refusal.error, error_description: refusal.says };
  }
  const { signaling } = seen;
  // Whoever may step up must know that it may.
  const stepsUp =
    code === "policy.step_up" || (code === "policy.scope" && seen.resourceMetadata !== undefined);
  if (!signaling?.enabled && !stepsUp) return {};
  return {
    error: refusal.error,
    ...(signaling?.description ? { error_description: refusal.says } : {}),
    ...(signaling?.errorUri ? { error_uri: signaling.errorUri } : {}),
    ...seen.parameters,
    ...(code === "policy.scope" ? { scope: stepUpScopes(seen).join(" ") } : {}),
  };
}

/** What is needed, and what a client that asks for just this would otherwise lose. */
function stepUpScopes({
  requiredScopes = [],
  grantedScopes = [],
  resourceMetadata,
}: Circumstances) {
  return [...new Set([...(resourceMetadata ? grantedScopes : []), ...requiredScopes])];
}

/** RFC 9728 section 5.1; before there is a token, what to ask it for (RFC 6750 section 3). */
function resourceParameters(code: RefusalCode, seen: Circumstances): Parameters {
  if (seen.resourceMetadata === undefined) return {};
  const asks = code === "credentials.missing" && (seen.requiredScopes ?? []).length > 0;
  return {
    ...(asks ? { scope: seen.requiredScopes?.join(" ") ?? "" } : {}),
    resource_metadata: seen.resourceMetadata,
  };
}

function realmOf(seen: Circumstances): Parameters {
  const { handler, signaling } = seen;
  const own = handler?.type === "www_authenticate" ? handler.realm : undefined;
  const realm = own ?? signaling?.realm;
  return realm === undefined ? {} : { realm };
}

function challenge(scheme: string, parameters: Parameters): string {
  const list = Object.entries(parameters).map(([name, value]) => `${name}=${quotedString(value)}`);
  return list.length === 0 ? scheme : `${scheme} ${list.join(", ")}`;
}

/** RFC 9110 section 5.6.4; what a header cannot carry becomes a space. */
function quotedString(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, " ").replace(/["\\]/g, "\\$&")}"`;
}
