/** API Gateway accepts no longer resource in a policy. */
const longest = 512;

/** What a policy reads as a wildcard or a variable; a "$" alone, as in "$default", is one character. */
const meaningful = /[*?]|\$\{/;

/** arn:partition:execute-api:region:account:api/stage/METHOD/path */
const shape = /^arn:[^:]+:execute-api:[^:]*:[^:]*:[^/]+\/[^/]+\/[^/]+(\/.*)?$/s;

/**
 * The resource that an Allow names: this method and path and nothing else, whoever caches it.
 * Undefined where that cannot be said: too long, or with a character that a policy reads as a
 * wildcard or as a variable.
 */
export function exactResource(arn: string): string | undefined {
  if (arn.length > longest || meaningful.test(arn) || !shape.test(arn)) return undefined;
  return arn;
}

/** The path that API Gateway routed by, without stage and mapping; undefined for another ARN. */
export function routedPath(arn: string): string | undefined {
  const match = shape.exec(arn);
  return match === null ? undefined : (match[1] ?? "/");
}
