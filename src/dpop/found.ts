/** What a client sent where it does not belong, cut short for the event: never a whole token. */
export function found(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 64));
  if (typeof value === "number") return String(value);
  return Array.isArray(value) ? "array" : typeof value;
}
