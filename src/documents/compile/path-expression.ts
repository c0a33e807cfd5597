import type { CaptureConstraint, PathSegment, RoutePattern } from "../../configuration.ts";
import { isRecord } from "../../record.ts";
import { captureSource, PatternError, parsePattern } from "../../route/pattern.ts";
import { nearest } from "../nearest.ts";
import { below, type Place, type Report } from "../report.ts";
import { capture as captureSchema } from "../schema/rules.ts";
import { typed } from "../validate.ts";

/** One entry of a rule's routes; undefined where it cannot be read, which is then reported. */
export function compileRoute(
  value: unknown,
  place: Place,
  report: Report,
): RoutePattern | undefined {
  if (!isRecord(value) || typeof value.path !== "string") return undefined;
  const expression = value.path;
  const spot = place.path.at(-1) === "path" ? place : below(place, "path");
  if (/^https?:\/\//.test(expression) && URL.canParse(expression)) {
    report.problem(spot, {
      reason: "a path expression is a path, without scheme and host",
      found: JSON.stringify(expression),
      suggestion: `write ${new URL(expression).pathname}; hosts are match.hosts`,
    });
    return undefined;
  }
  const segments = attempt(() => parsePattern(expression), spot, report);
  if (segments === undefined) return undefined;
  if (expression.split("/").includes("*")) {
    report.note(spot, "* alone is any rest, as ** is; one segment is :*");
  }
  for (const segment of expression.split("/")) noteForeign(segment, spot, report);
  const captures = Array.isArray(value.captures) ? value.captures : [];
  return {
    expression,
    segments,
    captures: captures.flatMap((entry, index) =>
      compileCapture(entry, segments, below(place, "captures", index), report),
    ),
  };
}

/** What OpenAPI and regular expressions write is a literal here, and matches nothing that anybody asks for. */
function noteForeign(segment: string, place: Place, report: Report): void {
  const [, name] = /^\{([\w-]+)\}$/.exec(segment) ?? [];
  if (name !== undefined) {
    report.note(place, `${segment} is taken as it stands: any one segment is :${name}`);
  } else if (/[.\])][*+]$|^\^|\$$/.test(segment)) {
    report.note(
      place,
      `${segment} is taken as it stands: any rest is **, and expressions are captures`,
    );
  }
}

function compileCapture(
  value: unknown,
  segments: readonly PathSegment[],
  place: Place,
  report: Report,
): CaptureConstraint[] {
  const capture = typed(captureSchema, value);
  if (capture === undefined) return [];
  const names = segments.flatMap((segment) =>
    segment.kind === "literal" || segment.name === undefined ? [] : [segment.name],
  );
  if (!names.includes(capture.name)) {
    const close = nearest(capture.name, names);
    report.problem(below(place, "name"), {
      reason: "the path has no wildcard of that name",
      found: JSON.stringify(capture.name),
      ...(names.length > 0 ? { allowed: names.join(", ") } : {}),
      ...(close ? { suggestion: `did you mean ${close}?` } : {}),
    });
    return [];
  }
  const pattern = attempt(
    () => captureSource(capture.type, capture.value),
    below(place, "value"),
    report,
  );
  return pattern === undefined ? [] : [{ name: capture.name, pattern }];
}

/** What `compile` gives, or a problem where the pattern is none. */
export function attempt<T>(compile: () => T, place: Place, report: Report): T | undefined {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    report.problem(place, { reason: error.message });
    return undefined;
  }
}
