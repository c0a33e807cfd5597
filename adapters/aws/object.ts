/** What came as JSON, or from the platform, and can be asked for its members. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
