export const sizePattern = /^\d+(B|KiB|MiB)?$/;

const bytes: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 * 1024 };

/** `16KiB` or `16384` in bytes; undefined when it is not a size. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit = "B"] = /^(\d+)([A-Za-z]*)$/.exec(text) ?? [];
  if (amount === undefined || !sizePattern.test(text)) return undefined;
  const total = Number(amount) * (bytes[unit || "B"] ?? Number.NaN);
  return Number.isSafeInteger(total) ? total : undefined;
}
