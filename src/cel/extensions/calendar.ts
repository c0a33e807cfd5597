import { CelError } from "../value.ts";

const second = 1_000_000_000n;

/** RFC 3339, in nanoseconds since the epoch. @throws CelError */
export function instantOf(written: string): bigint {
  const found = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/.exec(
    written,
  );
  const [, day = "", time = "", fraction = "", zone = ""] = found ?? [];
  const local = Date.parse(`${day}T${time}Z`);
  // This engine takes the 30th of February for one of March.
  if (found && new Date(local).toISOString().startsWith(`${day}T${time}`)) {
    const minutes = /^[Zz]$/.test(zone) ? 0 : offsetOf(zone);
    if (minutes !== undefined)
      return BigInt(local / 1000 - minutes * 60) * second + BigInt(fraction.padEnd(9, "0"));
  }
  throw new CelError("this is no time as RFC 3339 writes it");
}

const units: Readonly<Record<string, bigint>> = {
  h: 3600n * second,
  m: 60n * second,
  s: second,
  ms: 1_000_000n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ns: 1n,
};

/** `1h30m`, `-1.5s`: as Go writes durations. @throws CelError */
export function nanosecondsOf(written: string): bigint {
  if (
    !/^[+-]?(?:0|(?:(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:h|ms?|s|us|µs|μs|ns)){1,8})$/.test(
      written,
    )
  )
    throw new CelError("this is no duration");
  let sum = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of written.matchAll(
    /(\d*)(?:\.(\d*))?(h|ms?|s|us|µs|μs|ns)/g,
  )) {
    const size = units[unit] ?? 0n;
    sum += BigInt(whole || "0") * size;
    sum += (BigInt(fraction || "0") * size) / 10n ** BigInt(fraction.length);
  }
  return written.startsWith("-") ? -sum : sum;
}

/** Seconds as a decimal. */
export function secondsText(nanoseconds: bigint): string {
  const positive = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = `${positive % second}`.padStart(9, "0").replace(/0+$/, "");
  return `${nanoseconds < 0n ? "-" : ""}${positive / second}${fraction === "" ? "" : `.${fraction}`}`;
}

/** What a clock shows in a zone, `+02:00` or of the IANA's names, as if that were UTC. */
export function zoned(milliseconds: number, zone: string): Date {
  const minutes = offsetOf(zone);
  if (minutes !== undefined) return new Date(milliseconds + minutes * 60_000);
  const parts = new Map(
    formatOf(zone)
      .formatToParts(milliseconds)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const shown = new Date(0);
  shown.setUTCFullYear(part("year"), part("month") - 1, part("day"));
  shown.setUTCHours(
    part("hour"),
    part("minute"),
    part("second"),
    ((milliseconds % 1000) + 1000) % 1000,
  );
  return shown;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new CelError("there is no such time zone");
  }
}

/** Minutes east of UTC; undefined: it is none. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-]?)(\d\d):([0-5]\d)$/.exec(zone) ?? [];
  if (hours === undefined || Number(hours) > 23) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
