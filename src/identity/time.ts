import type { TimeField, TimeFormat } from "../configuration.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

type Parts = Partial<Record<TimeField, string>>;

/**
 * Seconds since the epoch: a number, or a text of digits, where there is no format; else what the
 * format reads. Undefined where the value is no such time.
 */
export function timeOf(value: unknown, format: TimeFormat | undefined): number | undefined {
  if (format === undefined) {
    if (typeof value === "number") return value;
    return typeof value === "string" && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
  }
  const parts = typeof value === "string" ? partsOf(value, format) : undefined;
  return parts && secondsOf(parts);
}

function partsOf(text: string, { pattern, fields }: TimeFormat): Parts | undefined {
  const found = new RegExp(`^${pattern}$`, "i").exec(text);
  return found === null
    ? undefined
    : Object.fromEntries(fields.map((field, index) => [field, found[index + 1] ?? ""]));
}

function secondsOf(parts: Parts): number | undefined {
  const [year, month, day] = [number(parts.year), monthOf(parts), number(parts.day, 1)];
  const [hour, minute, second] = [hourOf(parts), number(parts.minute), number(parts.second)];
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // 30 February rolls over to March.
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59) return undefined;
  return date.getTime() / 1000 + Number(`0.${parts.fraction || "0"}`) - offsetOf(parts.zone);
}

function number(text: string | undefined, absent = 0): number {
  return text === undefined ? absent : Number(text);
}

function monthOf({ month, monthName }: Parts): number {
  if (monthName === undefined) return number(month, 1);
  return months.indexOf(monthName.slice(0, 3).toLowerCase()) + 1;
}

function hourOf({ hour, hour12, half }: Parts): number {
  if (hour12 === undefined) return number(hour);
  return (number(hour12) % 12) + (half?.toLowerCase() === "pm" ? 12 : 0);
}

/** "Z", "+01", "+0100" or "+01:00". */
function offsetOf(zone = "Z"): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (hours === undefined) return 0;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
