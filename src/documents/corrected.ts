/**
 * What was probably meant, where what was written leaves little doubt.
 * @param expected the schema's own words for what may stand there
 */
export function corrected(input: unknown, expected: string): string | undefined {
  if (typeof input === "number") {
    if (expected.includes("a duration")) return `write ${input}s`;
    return expected === "a text" ? `write "${input}"` : undefined;
  }
  if (typeof input !== "string") return undefined;
  const meant = meantBy(input, expected.replace(/^expected /, ""));
  return meant === undefined ? undefined : `write ${meant}`;
}

function meantBy(text: string, expected: string): string | undefined {
  if (expected === "true or false") return truths.get(text.toLowerCase());
  if (expected === "a list") return `[${text}]`;
  if (expected === "a mapping") return spaced(text);
  if (expected.startsWith("a duration")) return duration(text);
  if (expected.startsWith("an origin")) return origin(text);
  if (expected.startsWith("a method")) return method(text);
  if (expected.startsWith("a host or host:port")) return host(text);
  return undefined;
}

/** YAML 1.1, which many parsers still read, had more words for them. */
const truths: ReadonlyMap<string, string> = new Map([
  ...["yes", "y", "on", "true", "1"].map((word) => [word, "true"] as const),
  ...["no", "n", "off", "false", "0"].map((word) => [word, "false"] as const),
]);

/** `key:value` is one text. */
function spaced(text: string): string | undefined {
  const [, key, value] = /^([a-z_]+):(\S.*)$/.exec(text) ?? [];
  return key === undefined ? undefined : `a space after the colon: ${key}: ${value}`;
}

/** Go knows no days. */
function duration(text: string): string | undefined {
  const [, amount = "", unit = ""] =
    /^(\d+(?:\.\d+)?)\s*(|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)$/i.exec(text) ?? [];
  if (amount === "" || unit === "M") return undefined;
  const letter = unit.charAt(0).toLowerCase() || "s";
  return letter === "d" ? `${Number(amount) * 24}h` : `${amount}${letter}`;
}

function origin(text: string): string | undefined {
  const whole = /^[\w.-]+\.[a-z]{2,}(?::\d+)?\/?$/i.test(text) ? `https://${text}` : text;
  return /^https?:\/\/[^/]/.test(whole) && URL.canParse(whole) ? new URL(whole).origin : undefined;
}

function method(text: string): string | undefined {
  return /^!?[a-z-]+$/i.test(text) ? text.toUpperCase() : undefined;
}

function host(text: string): string | undefined {
  const whole = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return undefined;
  return `${new URL(whole).host}; another scheme than https is rewrite.scheme, a path rewrite.add_path_prefix`;
}
