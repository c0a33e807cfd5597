import type { TimeField, TimeFormat } from "../../configuration.ts";

/** Elements of Go's layouts, by what stands for them in the reference time; the longest first. */
const elements: ReadonlyArray<readonly [written: RegExp, pattern: string, field?: TimeField]> = [
  [/^2006/, "(\\d{4})", "year"],
  [/^January/, "([a-z]{3,9})", "monthName"],
  [/^Jan/, "([a-z]{3})", "monthName"],
  [/^(?:Monday|Mon)/, "[a-z]{3,9}"],
  [/^MST/, "(?:UTC|GMT)"],
  [/^Z07:00/, "(Z|[+-]\\d\\d:\\d\\d)", "zone"],
  [/^Z0700/, "(Z|[+-]\\d{4})", "zone"],
  [/^Z07/, "(Z|[+-]\\d\\d)", "zone"],
  [/^-07:00/, "([+-]\\d\\d:\\d\\d)", "zone"],
  [/^-0700/, "([+-]\\d{4})", "zone"],
  [/^-07/, "([+-]\\d\\d)", "zone"],
  [/^01/, "(\\d\\d)", "month"],
  [/^02/, "(\\d\\d)", "day"],
  [/^_2/, " ?(\\d{1,2})", "day"],
  [/^03/, "(\\d\\d)", "hour12"],
  [/^04/, "(\\d\\d)", "minute"],
  [/^15/, "(\\d\\d)", "hour"],
  [/^(?:PM|pm)/, "([ap]m)", "half"],
  [/^1/, "(\\d{1,2})", "month"],
  [/^2/, "(\\d{1,2})", "day"],
  [/^3/, "(\\d{1,2})", "hour12"],
  [/^4/, "(\\d{1,2})", "minute"],
];
const seconds: ReadonlyArray<readonly [written: RegExp, pattern: string]> = [
  // Go reads a fraction after the seconds whether its layout has one or not.
  [/^05[.,][09]+/, "(\\d\\d)(?:[.,](\\d{1,9}))?"],
  [/^05/, "(\\d\\d)(?:[.,](\\d{1,9}))?"],
  [/^5/, "(\\d{1,2})(?:[.,](\\d{1,9}))?"],
];

const needed: readonly TimeField[] = ["year", "day"];

/** What reads times that are written as a layout of Go says; undefined where it has no whole date. */
export function compileTimeLayout(layout: string): TimeFormat | undefined {
  let rest = layout;
  let pattern = "";
  const fields: TimeField[] = [];
  while (rest !== "") {
    const second = seconds.find(([written]) => written.test(rest));
    const element = second ?? elements.find(([written]) => written.test(rest));
    if (element === undefined) {
      pattern += rest.charAt(0).replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      rest = rest.slice(1);
      continue;
    }
    pattern += element[1];
    if (second !== undefined) fields.push("second", "fraction");
    else if (element[2] !== undefined) fields.push(element[2]);
    rest = rest.replace(element[0], "");
  }
  const dated = fields.includes("month") || fields.includes("monthName");
  const whole = dated && needed.every((field) => fields.includes(field));
  const once = new Set(fields).size === fields.length;
  return whole && once ? { pattern, fields } : undefined;
}
