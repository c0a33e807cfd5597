import type { Match, RoutePattern } from "../../configuration.ts";
import { formatLocation, pathText } from "../problem.ts";
import type { Place, Report } from "../report.ts";

/** A rule's routes, for comparison with those of all others. */
export interface Routed {
  readonly id: string;
  readonly match: Match;
  readonly places: readonly Place[];
}

interface Entry {
  readonly rule: Routed;
  readonly route: RoutePattern;
  readonly place: Place;
}

/**
 * Rules of one path expression and one host are tried in order. The same conditions twice can only
 * be a mistake; conditions that overlap are told, for there the order decides.
 */
export function judgeCollisions(rules: readonly Routed[], report: Report): void {
  const byPath = new Map<string, Entry[]>();
  for (const rule of rules) {
    for (const [index, route] of rule.match.routes.entries()) {
      const place = rule.places[index];
      if (place === undefined) continue;
      const entry = { rule, route, place };
      const key = shape(route);
      for (const earlier of byPath.get(key) ?? []) judge(earlier, entry, report);
      byPath.set(key, [...(byPath.get(key) ?? []), entry]);
    }
  }
}

function judge(earlier: Entry, later: Entry, report: Report): void {
  if (!sharesHost(earlier.rule.match, later.rule.match)) return;
  const first = `${earlier.rule.id} (${where(earlier.place)})`;
  if (conditions(earlier) === conditions(later)) {
    report.problem(later.place, {
      reason: `the same path with the same conditions as in ${first}`,
      suggestion: "remove one of them, or tell them apart by methods, hosts, scheme or captures",
    });
    return;
  }
  // Which names two globs share nobody can say.
  if (earlier.rule.match.mcp && later.rule.match.mcp) return;
  if (earlier.rule === later.rule || !overlaps(earlier.rule.match, later.rule.match)) return;
  const covers =
    earlier.rule.match.mcp === undefined &&
    earlier.route.captures.length === 0 &&
    covered(later.rule.match, earlier.rule.match);
  report.note(
    later.place,
    covers
      ? `never reached: ${first} has the same path, comes first and takes every such request`
      : `the order decides: ${first} has the same path and is asked first`,
  );
}

/** Names of wildcards make no difference to what is matched. */
function shape({ segments }: RoutePattern): string {
  return JSON.stringify(
    segments.map((segment) =>
      segment.kind === "literal" ? ["literal", segment.value] : [segment.kind],
    ),
  );
}

function conditions({ rule: { match }, route }: Entry): string {
  const wildcards = route.segments.flatMap((segment) =>
    segment.kind === "literal" ? [] : [segment.name],
  );
  const captures = route.captures.map(({ name, pattern }) => [wildcards.indexOf(name), pattern]);
  const { hosts, methods, excludedMethods, scheme, mcp } = match;
  return JSON.stringify([
    hosts.toSorted(),
    methods.toSorted(),
    excludedMethods.toSorted(),
    scheme,
    mcp,
    captures.toSorted(),
  ]);
}

function sharesHost(one: Match, other: Match): boolean {
  if (one.hosts.length === 0 || other.hosts.length === 0)
    return one.hosts.length === other.hosts.length;
  return one.hosts.some((host) => other.hosts.includes(host));
}

function overlaps(one: Match, other: Match): boolean {
  const schemes =
    one.scheme === undefined || other.scheme === undefined || one.scheme === other.scheme;
  return schemes && (accepts(one, other) || accepts(other, one));
}

/** Whether some method of `other` is one of `match`. */
function accepts(match: Match, other: Match): boolean {
  return other.methods.length === 0
    ? match.methods.length === 0
    : other.methods.some((method) => takes(match, method));
}

/** Whether every request that meets `inner`'s conditions meets `outer`'s. */
function covered(inner: Match, outer: Match): boolean {
  if (outer.scheme !== undefined && outer.scheme !== inner.scheme) return false;
  if (outer.hosts.length > 0 && !inner.hosts.every((host) => outer.hosts.includes(host)))
    return false;
  if (inner.methods.length > 0) return inner.methods.every((method) => takes(outer, method));
  return (
    outer.methods.length === 0 &&
    outer.excludedMethods.every((method) => inner.excludedMethods.includes(method))
  );
}

function takes(match: Match, method: string): boolean {
  const named = match.methods.length === 0 || match.methods.includes(method);
  return named && !match.excludedMethods.includes(method);
}

function where({ document, path }: Place): string {
  const position = document.position(path, "value");
  return formatLocation({ file: document.file, ...position, path: position ? "" : pathText(path) });
}
