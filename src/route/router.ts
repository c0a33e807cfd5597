import type { Configuration, DefaultRule, Match, Rule } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { RequestUrl } from "../runtime.ts";
import { matchesHost } from "./host.ts";
import { decodeCapture, matchPath } from "./path-match.ts";
import { constrainedLength } from "./regex-cost.ts";
import { isAsSpecific, type Route, sortedRoutes } from "./routes.ts";

export interface Matched {
  readonly rule: Rule | DefaultRule;
  /** The path expression that matched; absent: the default rule's. */
  readonly route?: string;
  /** What the named wildcards of the path expression matched, decoded. */
  readonly captures: Readonly<Record<string, string>>;
}
export interface Router {
  /**
   * The rule for a request whose path has been checked: the most specific one whose conditions all
   * hold, else the default rule.
   * @throws Refused route.none without either; route.unsafe for an encoded slash that the rule does
   * not allow, and for a path that a more lenient reader would take to another rule.
   */
  match(method: string, url: RequestUrl): Matched;
}

export function createRouter(configuration: Pick<Configuration, "rules" | "defaultRule">): Router {
  const routes = sortedRoutes(configuration.rules);
  return {
    match(method, url) {
      const found = find(routes, method, url.public, url.path);
      const rule = found?.route.rule ?? configuration.defaultRule;
      if (!rule) throw new Refused("route.none");
      if (rule.encodedSlashes === "off" && /%2f/i.test(url.path)) {
        throw new Refused("route.unsafe", { found: "an encoded slash" });
      }
      if (found) refuseSecondReading(routes, found.route, method, url);
      return {
        rule,
        captures: found?.captures ?? {},
        ...(found ? { route: found.route.expression } : {}),
      };
    },
  };
}

interface Found {
  readonly route: Route;
  readonly captures: Readonly<Record<string, string>>;
}

function find(
  routes: readonly Route[],
  method: string,
  asked: URL,
  path: string,
): Found | undefined {
  const segments = path.slice(1).split("/");
  for (const route of routes) {
    if (!matchesHost(route.host, asked) || !matchesRequest(route.rule.match, method, asked))
      continue;
    const raw = matchPath(route.segments, segments);
    if (raw === undefined) continue;
    const captures = decodeCaptures(raw, route.rule);
    if (meetsConstraints(route, captures)) return { route, captures };
  }
  return undefined;
}

/** RFC 9110 section 9.3.8: they echo what they receive, the internal token too; only where a rule names them. */
const echoing = new Set(["TRACE", "TRACK"]);

function matchesRequest(match: Match, method: string, asked: URL): boolean {
  // A method in another case must not slip past the rule for it.
  const name = method.toUpperCase();
  return (
    (match.scheme === undefined || `${match.scheme}:` === asked.protocol) &&
    (match.methods.length === 0 ? !echoing.has(name) : match.methods.includes(name)) &&
    !match.excludedMethods.includes(name)
  );
}

function decodeCaptures(
  raw: Readonly<Record<string, string>>,
  rule: Rule,
): Readonly<Record<string, string>> {
  const decoded = Object.entries(raw).map(
    ([name, text]) => [name, decodeCapture(text, rule.encodedSlashes)] as const,
  );
  return Object.fromEntries(decoded);
}

function meetsConstraints(route: Route, captures: Readonly<Record<string, string>>): boolean {
  return route.constraints.every(({ name, pattern }) => {
    const value = Object.hasOwn(captures, name) ? captures[name] : undefined;
    return value !== undefined && value.length <= constrainedLength && pattern.test(value);
  });
}

/**
 * Upstreams read paths more leniently than the edge: they drop parameters (`/admin;x`), decode
 * slashes, and take `/admin/` for `/admin`. A request that such a reader would take to a rule that
 * is not less specific is refused; for a slash at the end, to a rule that is more specific. What
 * the edge itself decodes into a path (`on`) must lead to this rule and to no other.
 */
function refuseSecondReading(
  routes: readonly Route[],
  route: Route,
  method: string,
  url: RequestUrl,
): void {
  const decoded = url.path.replace(/%2f/gi, "/");
  const forwarded = route.rule.encodedSlashes === "on" ? decoded : url.path;
  if (forwarded.includes("//")) throw new Refused("route.unsafe", { found: "an empty segment" });
  const ruleAt = (reading: string): Route | undefined => {
    if (reading === url.path) return undefined;
    const other = find(routes, method, url.public, reading)?.route;
    return other?.rule === route.rule ? undefined : other;
  };
  refuseIf(ruleAt(forwarded), () => true);
  const readings = [url.path, decoded].flatMap((path) => [path, withoutParameters(path)]);
  for (const reading of new Set(readings)) {
    refuseIf(ruleAt(reading), (other) => isAsSpecific(other, route));
    refuseIf(ruleAt(otherEnd(reading)), (other) => !isAsSpecific(route, other));
  }
}

function refuseIf(other: Route | undefined, owns: (other: Route) => boolean): void {
  if (other === undefined || !owns(other)) return;
  throw new Refused("route.unsafe", { found: `a path that is also ${other.rule.id}'s` });
}

const withoutParameters = (path: string): string => path.replace(/(?:;|%3b)[^/]*/gi, "");

const otherEnd = (path: string): string => (path.endsWith("/") ? path.slice(0, -1) : `${path}/`);
