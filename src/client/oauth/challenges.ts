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

/** RFC 6750 section 3.1: what a 403 asks for beyond what there is; undefined where it does not say. */
export function missingScope(
  challenges: readonly Challenge[],
  grant: Grant | undefined,
): string | undefined {
  const has = new Set(grant?.scope?.split(" "));
  const asked = challenges.flatMap(({ parameters: { error, scope = "" } }) =>
    error === "insufficient_scope" ? [scope] : [],
  );
  return asked.find((scope) => scope.split(" ").some((each) => each !== "" && !has.has(each)));
}
