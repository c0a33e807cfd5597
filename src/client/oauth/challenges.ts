import { type Challenge, parseChallenges } from "../challenge.ts";
import type { Grant } from "./token-store.ts";

export function challengesOf(response: Response): readonly Challenge[] {
  return parseChallenges(response.headers.get("WWW-Authenticate"));
}

/** Whoever answers where a redirect led to elsewhere does not say where to log in for this server. */
export function isOf({ origin }: URL, { url }: Response): boolean {
  return !url || new URL(url).origin === origin;
}

export function lacksScope(challenges: readonly Challenge[]): boolean {
  return challenges.some(({ parameters }) => parameters.error === "insufficient_scope");
}

/** A 403 only where another token can have what this one lacks. */
export function leadsOn(
  challenges: readonly Challenge[],
  status: number,
  grant: Grant | undefined,
): boolean {
  if (status === 401) return true;
  return challenges.some(({ parameters: { error, scope } }) => {
    const has = new Set(grant?.scope?.split(" "));
    return error === "insufficient_scope" && !scope?.split(" ").every((each) => has.has(each));
  });
}
