let second = Number.NaN;
let text = "";

/** ISO 8601 in UTC, to the millisecond. Its seconds are written once: a date costs more than the rest. */
export function isoTime(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  if (whole !== second) {
    second = whole;
    text = new Date(whole * 1000).toISOString().slice(0, -"000Z".length);
  }
  return `${text}${String(Math.floor(milliseconds) - whole * 1000).padStart(3, "0")}Z`;
}
