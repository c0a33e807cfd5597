import type { z } from "zod";
import { isRecord } from "../record.ts";
import { findingsOf } from "./issues.ts";
import { type Path, pathKey } from "./problem.ts";
import type { Document } from "./reading.ts";
import { below, type Place, type Report } from "./report.ts";

/**
 * Holds a value against its schema and tells the report everything at once. What comes back is the
 * value without what was wrong or means nothing, so that the rest can still be judged.
 */
export function validate(schema: z.ZodType, value: unknown, place: Place, report: Report): unknown {
  const environment = environmentBelow(place);
  let judged = value;
  let findings = findingsOf(schema, judged, environment);
  if (environment.size > 0) {
    judged = findings.coercions.reduce(
      (whole, { path, value: coerced }) => replaceAt(whole, path, coerced),
      judged,
    );
    if (findings.coercions.length > 0) findings = findingsOf(schema, judged, environment);
  }
  for (const { path, at, kind, complaint, meant } of findings.findings) {
    if (meant !== undefined) report.suspect(below(place, ...meant));
    const spot: Place = at ? { ...below(place, ...path), at } : below(place, ...path);
    if (kind === "note") {
      report.note(spot, complaint.reason);
      continue;
    }
    report.problem(spot, complaint);
    report.suspect(spot);
  }
  return findings.findings.reduce((whole, { path }) => prune(whole, path), judged);
}

function environmentBelow({ document, path }: Place): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, written] of document.environment) {
    const full: unknown = JSON.parse(key);
    if (!Array.isArray(full) || !path.every((part, index) => full[index] === part)) continue;
    found.set(pathKey(full.slice(path.length)), written);
  }
  return found;
}

/** Without the member at the path. In a list of mappings a hole stays, for the others keep their place. */
function prune(value: unknown, path: Path): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return undefined;
  if (Array.isArray(value) && typeof first === "number") {
    if (rest.length === 0 && !value.some(isRecord)) return undefined;
    return value.map((entry, index) => (index === first ? prune(entry, rest) : entry));
  }
  if (!isRecord(value) || !Object.hasOwn(value, first)) return value;
  const { [first]: member, ...others } = value;
  const left = rest.length === 0 ? undefined : prune(member, rest);
  return left === undefined ? others : { ...others, [first]: left };
}

function replaceAt(value: unknown, path: Path, leaf: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return leaf;
  if (Array.isArray(value)) {
    return value.map((entry, index) => (index === first ? replaceAt(entry, rest, leaf) : entry));
  }
  if (!isRecord(value)) return value;
  return { ...value, [first]: replaceAt(value[first], rest, leaf) };
}

/** A value by its schema, or nothing: what was wrong with it has been told already. */
export function typed<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}

/** The root of a document as a place. */
export function root(document: Document): Place {
  return { document, path: [] };
}
