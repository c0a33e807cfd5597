import type { Configuration } from "../configuration.ts";
import { type Decision, type Detail, type RefusalCode, Refused, refusals } from "../decision.ts";
import type { DecisionEvent } from "../event.ts";
import type { EdgeRequest, ReplayStore } from "../runtime.ts";
import { faultOf, type Trail } from "../trail.ts";
import { cleaned, withoutControls } from "./clean.ts";
import type { Ending } from "./ending.ts";
import { expectations } from "./expectations.ts";
import { preflightDetail, refusedPreflight } from "./preflight.ts";
import { type Pseudonym, tokenHashes } from "./pseudonyms.ts";
import { traceId } from "./request-id.ts";
import { isoTime } from "./time.ts";

/** What an event is written from, once all is over. */
export interface Course {
  readonly request: EdgeRequest;
  readonly trail: Trail;
  readonly decision: Decision;
  /** What stopped the walk. */
  readonly thrown: unknown;
  /** When it was decided: milliseconds since the epoch. */
  readonly decided: number;
  readonly ending: Ending;
}

/** What all events share. */
export interface Telling {
  readonly configuration: Configuration;
  readonly pseudonym: Pseudonym | undefined;
  readonly store: ReplayStore;
  readonly region: string | undefined;
}

/** The one event of a request. Absent fields are undefined: JSON leaves them out. */
export function eventOf(course: Course, telling: Telling): DecisionEvent {
  const { request, trail, decision, decided, ending } = course;
  const { configuration, pseudonym } = telling;
  const { rule, token, principal, proof } = trail;
  const hashes = pseudonym && token ? tokenHashes(token, principal?.id, pseudonym) : undefined;
  const now = Math.floor(trail.began / 1000);
  const iat = proof?.iat ?? refusedIat(course.thrown);
  const { expected, found } = detailOf(course, pseudonym);
  return {
    v: 1,
    time: isoTime(trail.began),
    request_id: trail.requestId,
    trace_id: traceId(request.headers),
    outcome: decision.kind,
    status: ending.status ?? (decision.kind === "allow" ? undefined : decision.status),
    code: decision.kind === "allow" ? undefined : decision.code,
    would: trail.would,
    expected,
    found,
    fault: faultIn(course),
    method: withoutControls(request.method).slice(0, 32) || "-",
    path: configuration.events?.path === false ? undefined : pathOf(trail, pseudonym),
    route: trail.route,
    rule: rule?.id,
    authenticator: trail.authenticator?.id,
    scheme: trail.scheme,
    issuer: told(token?.claims.iss),
    client: told(token?.clientId),
    sub: hashes ? hashes.sub : principal && pseudonym?.(principal.id),
    jkt: hashes?.jkt,
    token: hashes?.token,
    jti: proof && pseudonym?.(`${proof.jkt} ${proof.jti}`),
    alg: proof?.alg,
    proof_age: iat === undefined ? undefined : now - iat,
    clock_skew: iat === undefined ? undefined : skew(iat, now, trail.nonce?.issuedAt),
    nonce: nonceState(course),
    revocation: trail.revocation,
    replay: trail.claim && telling.store.judge?.(trail.claim),
    stages: trail.stages,
    duration: decided - trail.began,
    upstream: ending.upstream,
    region: request.region ?? telling.region,
    documents: configuration.documents,
  };
}

/** Every refusal says what would have passed and what there was. */
function detailOf({ request, decision, thrown }: Course, pseudonym: Pseudonym | undefined): Detail {
  if (decision.kind === "preflight") {
    const { expected, found } = preflightDetail(request.headers, decision.headers);
    if (expected === undefined || found === undefined) return {};
    return { expected: cleaned(expected, pseudonym), found: cleaned(found, pseudonym) };
  }
  if (decision.kind !== "refuse" || decision.code === undefined) return {};
  const { code } = decision;
  const { expected, found }: Detail = {
    ...(thrown instanceof Refused ? thrown.detail : {}),
    ...refusedPreflight(request, code),
  };
  return {
    expected: cleaned(expected ?? expectations[code] ?? "another request", pseudonym),
    found: cleaned(found ?? refusals[code].says, pseudonym),
  };
}

function faultIn({ thrown, ending }: Course): string | undefined {
  const fault = ending.fault ?? thrown;
  return fault === undefined || fault instanceof Refused
    ? undefined
    : cleaned(faultOf(fault), undefined);
}

function told(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? withoutControls(value) : undefined;
}

function pathOf({ url }: Trail, pseudonym: Pseudonym | undefined): string | undefined {
  return url && cleaned(url.path, pseudonym);
}

/** A proof that was refused for its time left it in the refusal. */
function refusedIat(thrown: unknown): number | undefined {
  if (!(thrown instanceof Refused) || thrown.code !== "proof.iat") return undefined;
  const iat = Math.floor(Number(thrown.detail.found ?? Number.NaN));
  return Number.isSafeInteger(iat) ? iat : undefined;
}

/** A proof was made after its nonce and before it came: by how much its iat says otherwise. */
function skew(iat: number, now: number, nonceMade: number | undefined): number {
  if (iat > now) return iat - now;
  return nonceMade !== undefined && iat < nonceMade ? iat - nonceMade : 0;
}

const nonceStates: Partial<Record<RefusalCode, DecisionEvent["nonce"]>> = {
  "nonce.missing": "absent",
  "nonce.invalid": "foreign",
  "nonce.expired": "expired",
};

function nonceState({ decision, trail }: Course): DecisionEvent["nonce"] {
  const code = decision.kind === "refuse" ? decision.code : undefined;
  return (code && nonceStates[code]) ?? trail.nonce?.state;
}
