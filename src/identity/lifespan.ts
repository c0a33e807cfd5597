import type { ClaimPathCode } from "../claim-path/evaluate.ts";
import type { SessionLifespan } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { JsonObject } from "../jws/json.ts";
import { claimAt } from "../principal.ts";
import { FetchError } from "../token/fetch-json.ts";
import { timeOf } from "./time.ts";

/**
 * Whether a session may be used now. What the document calls `active` must be there and true; a
 * time that is not there is not judged.
 * @param now seconds
 * @param claimPath for paths beyond names and dots
 * @returns when the session ends, in seconds; undefined where the answer does not say
 * @throws Refused token.inactive, token.early, token.expired; FetchError where a time cannot be read
 */
export function checkLifespan(
  answer: JsonObject,
  lifespan: SessionLifespan,
  now: number,
  claimPath: ClaimPathCode | undefined,
): number | undefined {
  const { active, leeway } = lifespan;
  if (active !== undefined && !isTrue(claimAt(answer, active, claimPath))) {
    throw new Refused("token.inactive", { expected: `${active}: true` });
  }
  const read = (path: string | undefined) => timeAt(answer, path, lifespan, claimPath);
  const end = read(lifespan.notAfter);
  if (end !== undefined && now >= end + leeway) {
    throw new Refused("token.expired", { expected: `> ${now - leeway}`, found: `${end}` });
  }
  for (const start of [read(lifespan.issuedAt), read(lifespan.notBefore)]) {
    if (start === undefined || start <= now + leeway) continue;
    throw new Refused("token.early", { expected: `<= ${now + leeway}`, found: `${start}` });
  }
  return end;
}

function timeAt(
  answer: JsonObject,
  path: string | undefined,
  { format }: SessionLifespan,
  claimPath: ClaimPathCode | undefined,
): number | undefined {
  const value = path === undefined ? undefined : claimAt(answer, path, claimPath);
  if (value === undefined || value === null) return undefined;
  const time = timeOf(value, format);
  if (time !== undefined) return time;
  throw new FetchError(`${path} of the answer is no time of the form that time_format says`);
}

/** As the tools do that write such answers: a boolean, or its name or number. */
function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === "string" && /^(true|1)$/i.test(value));
}
