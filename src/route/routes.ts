import type { Configuration, Match, PathSegment, RoutePattern, Rule } from "../configuration.ts";

/** One host and one path expression of one rule. */
export interface Route {
  readonly rule: Rule;
  /** "" stands for any host; "*.example.com" for every host below. */
  readonly host: string;
  /** As written. */
  readonly expression: string;
  readonly segments: readonly PathSegment[];
  readonly constraints: ReadonlyArray<{ readonly name: string; readonly pattern: RegExp }>;
  /** The kind of each segment, so that the more specific of two that match one path sorts first. */
  readonly shape: string;
}

/** Sorts before the shape of anything that its kind is more specific than. */
const rank = { literal: "0", one: "1", rest: "2" } as const satisfies Record<
  PathSegment["kind"],
  string
>;

/**
 * Every route of every rule, the most specific first: by host, then segment by segment. Among
 * equals the order of the documents stays. Of the routes that fit a request, the first is meant.
 */
export function sortedRoutes(rules: Configuration["rules"]): readonly Route[] {
  return rules
    .flatMap(routesOf)
    .toSorted((a, b) => compareHosts(a.host, b.host) || compareShapes(a.shape, b.shape));
}

function routesOf(rule: Rule): Route[] {
  return rule.match.routes.flatMap((pattern) =>
    hostsOf(rule.match).map((host) => route(rule, pattern, host)),
  );
}

function hostsOf(match: Match): readonly string[] {
  if (match.hosts.length === 0) return [""];
  return match.hosts.map((host) => (host === "*" ? "" : host.toLowerCase()));
}

function route(rule: Rule, pattern: RoutePattern, host: string): Route {
  return {
    rule,
    host,
    expression: pattern.expression,
    segments: pattern.segments,
    constraints: pattern.captures.map(({ name, pattern: source }) => ({
      name,
      pattern: new RegExp(source, "u"),
    })),
    shape: pattern.segments.map(({ kind }) => rank[kind]).join(""),
  };
}

/** An exact host before a wildcard, of two wildcards the longer, any host last. */
function compareHosts(a: string, b: string): number {
  return hostRank(a) - hostRank(b) || b.length - a.length;
}

function hostRank(host: string): number {
  if (host === "") return 2;
  return host.startsWith("*.") ? 1 : 0;
}

function compareShapes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** True unless some segment of `other` is less specific than `mine` where they first differ in kind. */
export function isAsSpecific(other: Route, mine: Route): boolean {
  const hosts = compareHosts(other.host, mine.host);
  if (hosts !== 0) return hosts < 0;
  for (let at = 0; at < Math.min(other.shape.length, mine.shape.length); at++) {
    if (other.shape.charAt(at) !== mine.shape.charAt(at))
      return other.shape.charAt(at) < mine.shape.charAt(at);
  }
  return true;
}
