import { parseDuration } from "../../src/documents/duration.ts";
import { longestOfEvents, mayEnd } from "../../src/revocation/entry.ts";
import type { Revocation } from "../../src/runtime.ts";
import { UsageError } from "../exit.ts";

/** `24h`, `7d`, a date or seconds since 1970, as whole seconds since 1970. @throws UsageError */
export function untilOf(written: string | undefined, now: number): number {
  if (written === undefined)
    throw new UsageError("Say --until when: 24h, 7d, a date, or seconds since 1970.");
  const until = momentOf(written, now);
  if (until !== undefined && until <= now) throw new UsageError("--until is over already.");
  if (until !== undefined && Number.isFinite(until)) return Math.ceil(until);
  throw new UsageError(
    `--until must be a duration such as 24h or 7d, a date such as 2026-12-24T00:00:00Z, or seconds since 1970, not ${written}.`,
  );
}

function momentOf(written: string, now: number): number | undefined {
  if (/^\d{9,}$/.test(written)) return Number(written);
  const [, days] = /^(\d+)d$/.exec(written) ?? [];
  if (days !== undefined) return now + Number(days) * 86_400;
  const duration = parseDuration(written);
  if (duration !== undefined) return now + duration;
  // A date that Date.parse takes for local time would depend on who types it.
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(written)
    ? Date.parse(written) / 1000
    : undefined;
}

/** Why an entry may not end then; undefined: it may. Both in seconds since the epoch. */
export function untilProblem(entry: Revocation, now: number): string | undefined {
  if (mayEnd(entry, now)) return undefined;
  if (entry.until <= now) return "until is over already";
  return entry.id.includes(".event.")
    ? `until: an entry of an event line lasts for ${longestOfEvents / 86_400} days at most, since it ends with the master key that hashed the line`
    : "until is more than 10 years away";
}
