import type { Match, McpMatch, RoutePattern } from "../../configuration.ts";
import { isRecord } from "../../record.ts";
import { spelledHost } from "../../route/host.ts";
import { captureSource } from "../../route/pattern.ts";
import { nearest } from "../nearest.ts";
import { below, type Place, type Report } from "../report.ts";
import { attempt, compileRoute } from "./path-expression.ts";

/** What a rule matches, with the place of each of its routes. */
export interface CompiledMatch {
  readonly match: Match;
  readonly places: readonly Place[];
}

/** @param value a rule's `match` as validated */
export function compileMatch(
  value: unknown,
  place: Place,
  report: Report,
): CompiledMatch | undefined {
  if (!isRecord(value)) return undefined;
  const spelling = spellingOf(value, place, report);
  if (spelling === undefined) return undefined;
  const { list, conditions } = spelling;
  const routes: RoutePattern[] = [];
  const places: Place[] = [];
  for (const { value: entry, place: spot } of list) {
    const route = compileRoute(entry, spot, report);
    if (route === undefined) continue;
    routes.push(route);
    places.push(spot);
  }
  const { hosts, methods, scheme } = conditions.value;
  return {
    match: {
      routes,
      hosts: compileHosts(strings(hosts)),
      ...compileMethods(strings(methods), below(conditions.place, "methods"), report),
      ...(scheme === "http" || scheme === "https" ? { scheme } : {}),
      ...(isRecord(value.mcp) ? { mcp: compileMcp(value.mcp, below(place, "mcp"), report) } : {}),
    },
    places,
  };
}

interface Spelling {
  readonly list: readonly { readonly value: unknown; readonly place: Place }[];
  /** Where hosts, methods and scheme stand. */
  readonly conditions: { readonly value: Readonly<Record<string, unknown>>; readonly place: Place };
}

function spellingOf(
  value: Readonly<Record<string, unknown>>,
  place: Place,
  report: Report,
): Spelling | undefined {
  const written = ["routes", "path", "http"].filter((key) => value[key] !== undefined);
  if (written.length !== 1) {
    if (written.length > 1 || !report.isBroken(place)) {
      report.problem(place, {
        reason:
          written.length === 0
            ? "match says no path"
            : `match says its paths as ${written.join(" and as ")}`,
        suggestion: "write routes: [{path: /api/**}]",
      });
    }
    return undefined;
  }
  const { routes, path, http } = value;
  if (typeof path === "string") {
    const spot = below(place, "path");
    return { list: [{ value: { path }, place: spot }], conditions: { value, place } };
  }
  if (!isRecord(http)) {
    const key = routes === undefined ? "path" : "routes";
    return { list: located(value[key], below(place, key)), conditions: { value, place } };
  }
  const inner = below(place, "http");
  for (const key of ["hosts", "methods", "scheme"]) {
    if (value[key] === undefined) continue;
    report.problem(
      { ...below(place, key), at: "key" },
      { reason: `${key} stands beside http`, suggestion: `move it into http` },
    );
  }
  if (http.paths === undefined && !report.isBroken(inner)) {
    report.problem(inner, {
      reason: "paths is missing",
      suggestion: "write paths: [{path: /api/**}]",
    });
  }
  return {
    list: located(http.paths, below(inner, "paths")),
    conditions: { value: http, place: inner },
  };
}

function located(list: unknown, place: Place) {
  const entries = Array.isArray(list) ? list : [];
  return entries.map((value, index) => ({ value, place: below(place, index) }));
}

/** `*` alone is any host. */
function compileHosts(written: readonly string[]): readonly string[] {
  return written.includes("*") ? [] : [...new Set(written.map(spelledHost))];
}

function compileMethods(
  written: readonly string[],
  place: Place,
  report: Report,
): Pick<Match, "methods" | "excludedMethods"> {
  const excluded = [
    ...new Set(written.filter((name) => name.startsWith("!")).map((name) => name.slice(1))),
  ];
  const named = [...new Set(written.filter((name) => !name.startsWith("!")))];
  for (const [index, name] of written.entries()) judgeMethod(name, below(place, index), report);
  if (named.includes("ALL") || named.length === 0) {
    if (named.length === 0 && excluded.length > 0) {
      report.problem(place, {
        reason: "methods excludes without naming any",
        suggestion: `write [ALL, ${excluded.map((name) => `"!${name}"`).join(", ")}]`,
      });
    }
    return { methods: [], excludedMethods: excluded };
  }
  const methods = named.filter((name) => !excluded.includes(name));
  if (methods.length === 0) report.problem(place, { reason: "no method is left" });
  return { methods, excludedMethods: [] };
}

/** RFC 9110 section 9, RFC 5789, RFC 4918. Others are allowed (RFC 9110 section 16.1), and rare. */
export const knownMethods: readonly string[] = [
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "ALL"],
  ...[
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "REPORT",
    "SEARCH",
    "QUERY",
  ],
];

function judgeMethod(written: string, place: Place, report: Report): void {
  const name = written.replace(/^!/, "");
  if (knownMethods.includes(name)) return;
  const close = nearest(name, knownMethods);
  if (close === undefined) {
    report.note(place, `${name} is a method that few clients send: was another one meant?`);
    return;
  }
  report.problem(place, {
    reason: "no method that is known",
    found: JSON.stringify(written),
    suggestion: `did you mean ${close}?`,
  });
}

function compileMcp(
  value: Readonly<Record<string, unknown>>,
  place: Place,
  report: Report,
): McpMatch {
  const globs = (["methods", "tools", "resources", "prompts"] as const).flatMap((key) => {
    if (value[key] === undefined) return [];
    const sources = strings(value[key]).flatMap(
      (glob, at) => attempt(() => captureSource("glob", glob), below(place, key, at), report) ?? [],
    );
    return [[key, sources]];
  });
  return Object.fromEntries(globs);
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
