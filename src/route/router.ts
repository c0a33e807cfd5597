import type { Configuration, DefaultRule, Match, Rule } from "../configuration.ts";
import { Refused } from "../decision.ts";
import { constrainedLength } from "../regex/cost.ts";
import type { RequestUrl } from "../runtime.ts";
import { matchesHost } from "./host.ts";
import { decodeCapture, matchPath } from "./path-match.ts";
import { otherEnd, readings } from "./readings.ts";
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
  /** The same among the rules that `accepts` lets take part; undefined where none of them is for it. */
  find(method: string, url: RequestUrl, accepts: Accepts): Matched | undefined;
}
/** Whether a rule takes part: what else its match says than what a router knows. */
export type Accepts = (rule: Rule) => boolean;

export function createRouter(configuration: Pick<Configuration, "rules" | "defaultRule">): Router {
  const routes = routesOf(configuration.rules);
  return {
    match(method, url) {
      const found = matched(routes, method, url, configuration.defaultRule);
      if (found === undefined) throw new Refused("route.none");
      return found;
    },
    find: (method, url, accepts) => matched(among(routes, accepts), method, url),
  };
}

function matched(
  routes: Routes,
  method: string,
  url: RequestUrl,
  otherwise?: DefaultRule,
): Matched | undefined {
  const found = find(routes.all, method, url.public, url.path);
  const rule = found?.route.rule ?? otherwise;
  if (rule === undefined) return undefined;
  if (rule.encodedSlashes === "off" && /%2f/i.test(url.path)) {
    throw new Refused("route.unsafe", { found: "an encoded slash" });
  }
  if (found === undefined) return { rule, captures: {} };
  refuseSecondReading(routes, found.route, method, url);
  return { rule, captures: found.captures, route: found.route.expression };
}

/** The most specific first; `slashed` and `unslashed`: those that a path of such an end can fit. */
interface Routes {
  readonly all: readonly Route[];
  readonly slashed: readonly Route[];
  readonly unslashed: readonly Route[];
}

function routesOf(rules: readonly Rule[]): Routes {
  const all = sortedRoutes(rules);
  const endsInSlash = ({ segments }: Route) => {
    const last = segments.at(-1);
    return last?.kind === "literal" && last.value === "";
  };
  return {
    all,
    slashed: all.filter((route) => endsInSlash(route) || route.segments.at(-1)?.kind === "rest"),
    unslashed: all.filter((route) => !endsInSlash(route)),
  };
}

function among({ all, slashed, unslashed }: Routes, accepts: Accepts): Routes {
  const [some, ended, open] = [all, slashed, unslashed].map((routes) =>
    routes.filter(({ rule }) => accepts(rule)),
  );
  return { all: some ?? [], slashed: ended ?? [], unslashed: open ?? [] };
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
 * Upstreams read paths more leniently than the edge. Whatever a reader makes of this one must be
 * this rule's, with all of its conditions: another rule, the default rule and none are stricter for
 * all we know, and less specific is not less strict.
 */
function refuseSecondReading(
  routes: Routes,
  route: Route,
  method: string,
  { public: asked, path }: RequestUrl,
): void {
  refuseOtherEnd(routes, route, method, asked, path);
  for (const reading of readings(path)) {
    if (reading.includes("//")) throw new Refused("route.unsafe", { found: "an empty segment" });
    const other = find(routes.all, method, asked, reading)?.route;
    if (other?.rule !== route.rule) throw ambiguous(other);
    refuseOtherEnd(routes, other, method, asked, reading);
  }
}

/**
 * A slash at the end is dropped by many: what is left must not be another rule's, and what a free
 * wildcard matched must still be this one's. One that is added leads away from every expression
 * that says where a path ends, so only a rule that is as specific counts.
 */
function refuseOtherEnd(
  routes: Routes,
  route: Route,
  method: string,
  asked: URL,
  reading: string,
): void {
  const dropped = reading.endsWith("/");
  // The root has no other end.
  if (reading === "/") return;
  const candidates = dropped ? routes.unslashed : routes.slashed;
  const other = find(candidates, method, asked, otherEnd(reading))?.route;
  if (other?.rule === route.rule) return;
  const free = route.segments.at(-1)?.kind === "rest";
  const unsafe = dropped
    ? free || other !== undefined
    : other !== undefined && isAsSpecific(other, route);
  if (unsafe) throw ambiguous(other);
}

function ambiguous(other: Route | undefined): Refused {
  const found = other ? `a path that is also ${other.rule.id}'s` : "a path that is also no rule's";
  return new Refused("route.unsafe", { found });
}
