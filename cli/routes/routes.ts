import type { Configuration, Rule } from "../../src/configuration.ts";
import { Refused } from "../../src/decision.ts";
import { knownMethods } from "../../src/documents/compile/match.ts";
import { nearest } from "../../src/documents/nearest.ts";
import { matchesHost } from "../../src/route/host.ts";
import { matchPath } from "../../src/route/path-match.ts";
import { requestUrl } from "../../src/route/request-url.ts";
import { createRouter } from "../../src/route/router.ts";
import { sortedRoutes } from "../../src/route/routes.ts";
import { checkPath } from "../../src/route/safe-path.ts";
import { compileFolder, print } from "../documents/compile-folder.ts";
import { exit, UsageError } from "../exit.ts";

export interface RoutesOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** A path expression as the router asks it, and what becomes of the request there. */
interface Asked {
  readonly rule: string;
  readonly host: string;
  readonly path: string;
  /** Why the request is not this rule's; absent where it is, or where nobody asked. */
  readonly not?: string;
  readonly matches?: true;
}

/**
 * `dpop-edge routes [METHOD URL]`: the rules in the order in which they are asked; with a request, which
 * one takes it and why each before it does not.
 */
export function routes(
  method: string | undefined,
  url: string | undefined,
  { config, json = false }: RoutesOptions,
): number {
  if (method !== undefined && url === undefined) {
    throw new UsageError("routes takes a method and a URL, or nothing: dpop-edge routes GET URL");
  }
  if (method !== undefined && url !== undefined) checkAsked(method, url);
  const compiled = compileFolder(config, undefined);
  if (!compiled.ok) {
    print(compiled, json);
    return exit.wrong;
  }
  const { configuration } = compiled;
  const outcome =
    method === undefined || url === undefined
      ? { rows: listed(configuration), verdict: undefined, ok: true }
      : judged(configuration, method, url);
  if (json) process.stdout.write(`${JSON.stringify(outcome, undefined, 2)}\n`);
  else process.stdout.write(text(outcome.rows, outcome.verdict));
  return outcome.ok ? exit.ok : exit.wrong;
}

function checkAsked(method: string, url: string): void {
  const close = knownMethods.includes(method) ? undefined : nearest(method, knownMethods);
  if (close !== undefined) {
    throw new UsageError(`${method} is no method that is known: did you mean ${close}?`);
  }
  if (url.startsWith("/") || /^https?:\/\//i.test(url)) return;
  throw new UsageError(
    `The URL must be a path, /api/orders, or a whole one, https://api.example.com/api/orders, not ${url.slice(0, 100)}.`,
  );
}

function listed({ rules, defaultRule }: Configuration): Asked[] {
  const rows = sortedRoutes(rules).map(({ rule, host, expression }) => row(rule, host, expression));
  return defaultRule
    ? [...rows, { rule: defaultRule.id, host: "any", path: "what is left" }]
    : rows;
}

function row(rule: Rule, host: string, path: string): Asked {
  return { rule: rule.id, host: host || "any", path };
}

interface Judged {
  readonly rows: readonly Asked[];
  readonly verdict: string;
  readonly ok: boolean;
}

function judged(configuration: Configuration, method: string, written: string): Judged {
  const asked = { method, url: absolute(written, configuration), headers: new Headers() };
  try {
    const url = requestUrl(asked, configuration);
    checkPath(url.path);
    const rows = sortedRoutes(configuration.rules).map((route): Asked => {
      const not = whyNot(route, method, url.public, url.path);
      const at = row(route.rule, route.host, route.expression);
      return not === undefined ? { ...at, matches: true } : { ...at, not };
    });
    const { rule, route } = createRouter(configuration).match(method, url);
    const first = rows.findIndex((each) => each.matches);
    const shown = first === -1 ? rows : rows.slice(0, first + 1);
    const by = route === undefined ? "no path expression matches" : route;
    return { rows: shown, verdict: `${rule.id} (${by})`, ok: true };
  } catch (stop) {
    if (!(stop instanceof Refused)) throw stop;
    const { expected, found } = stop.detail;
    const more = [
      ...(expected ? [`expected ${expected}`] : []),
      ...(found ? [`found ${found}`] : []),
    ];
    return { rows: [], verdict: `refused: ${[stop.code, ...more].join(", ")}`, ok: false };
  }
}

/** A path alone is asked of the first public origin. */
function absolute(url: string, { publicOrigins }: Configuration): string {
  if (!url.startsWith("/")) return url;
  return `${publicOrigins[0] ?? "https://api.example.com"}${url}`;
}

type Candidate = ReturnType<typeof sortedRoutes>[number];

function whyNot(
  { rule, host, segments, constraints }: Candidate,
  method: string,
  asked: URL,
  path: string,
): string | undefined {
  const { match } = rule;
  if (!matchesHost(host, asked)) return `the host is not ${host}`;
  const captures = matchPath(segments, path.slice(1).split("/"));
  if (captures === undefined) return "the path does not match";
  if (match.scheme !== undefined && `${match.scheme}:` !== asked.protocol) {
    return `only ${match.scheme}`;
  }
  const name = method.toUpperCase();
  if (match.methods.length > 0 && !match.methods.includes(name)) {
    return `only ${match.methods.join(", ")}`;
  }
  if (match.excludedMethods.includes(name)) return `not for ${name}`;
  if (match.methods.length === 0 && (name === "TRACE" || name === "TRACK")) {
    return `${name} must be named by the rule`;
  }
  const unmet = constraints.find(({ name: capture, pattern }) => {
    const value = Object.hasOwn(captures, capture) ? captures[capture] : undefined;
    return value === undefined || !pattern.test(value);
  });
  return unmet === undefined ? undefined : `the capture ${unmet.name} does not fit`;
}

function text(rows: readonly Asked[], verdict: string | undefined): string {
  const widths = [longest(rows.map(({ path }) => path)), longest(rows.map(({ host }) => host))];
  const lines = rows.map(({ path, host, rule, not, matches }) => {
    const said = matches ? "  <- this one" : not === undefined ? "" : `  ${not}`;
    return `${path.padEnd(widths[0] ?? 0)}  ${host.padEnd(widths[1] ?? 0)}  ${rule}${said}`;
  });
  const blocks = [...(lines.length > 0 ? [lines.join("\n")] : []), ...(verdict ? [verdict] : [])];
  return `${blocks.join("\n\n")}\n`;
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((each) => each.length));
}
