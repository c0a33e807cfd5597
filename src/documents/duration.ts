export const durationPattern = /^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/;

const seconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** `1h30m` in seconds; undefined when it is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)) {
    total += Number(amount) * (seconds[unit ?? ""] ?? 0);
  }
  return Number.isFinite(total) ? total : undefined;
}
