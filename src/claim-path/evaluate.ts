import { isRecord } from "../record.ts";
import { type ClaimPath, parseClaimPath, type Step } from "./parse.ts";

/** What is at the path; undefined where nothing is. */
export type ClaimPathCode = (claims: unknown, path: string) => unknown;

/** Remembers the paths it has read: there are as many as the documents name. */
export function createClaimPaths(): ClaimPathCode {
  const read = new Map<string, ClaimPath>();
  return (claims, source) => {
    const path = read.get(source) ?? parseClaimPath(source);
    read.set(source, path);
    return follow(path, claims);
  };
}

/** Each part between pipes is asked of what the one before it answered. */
function follow(path: ClaimPath, value: unknown): unknown {
  return path.reduce<unknown>((found, steps) => walk(steps, found), value);
}

function walk(steps: readonly Step[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || value === undefined) return value;
  switch (step.kind) {
    case "name":
      return walk(rest, member(value, step.name));
    case "each":
      if (!Array.isArray(value)) return undefined;
      return rest.length === 0 ? value.length : ofEach(value, rest);
    case "query":
      if (!Array.isArray(value)) return undefined;
      if (!step.all)
        return walk(
          rest,
          value.find((one) => holds(step, one)),
        );
      return ofEach(
        value.filter((one) => holds(step, one)),
        rest,
      );
    case "list":
      return walk(rest, step.paths.map((path) => follow(path, value)).filter(exists));
    case "map":
      return walk(
        rest,
        Object.fromEntries(
          step.members
            .map(([key, path]) => [key, follow(path, value)])
            .filter(([, one]) => exists(one)),
        ),
      );
    case "modifier":
      return walk(rest, modified(step.name, value));
  }
}

function ofEach(list: readonly unknown[], rest: readonly Step[]): readonly unknown[] {
  return list.map((one) => walk(rest, one)).filter(exists);
}

/** Own members only: no name of a claim leads to a prototype. */
function member(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  if (!isRecord(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function holds(query: Extract<Step, { kind: "query" }>, element: unknown): boolean {
  const found = follow(query.path, element);
  const { operator, literal } = query;
  if (operator === undefined || literal === undefined) return exists(found);
  if (typeof found === "string") return compare(found, String(literal), operator);
  if (typeof found === "number")
    return typeof literal === "number" && compare(found, literal, operator);
  if (typeof found !== "boolean" || typeof literal !== "boolean") return false;
  return compare(found, literal, operator);
}

function compare<T extends string | number | boolean>(one: T, other: T, operator: string): boolean {
  switch (operator) {
    case "==":
      return one === other;
    case "!=":
      return one !== other;
    case "<":
      return one < other;
    case "<=":
      return one <= other;
    case ">":
      return one > other;
    default:
      return one >= other;
  }
}

function modified(name: string, value: unknown): unknown {
  const entries = isRecord(value) ? Object.entries(value) : undefined;
  switch (name) {
    case "reverse":
      if (Array.isArray(value)) return value.toReversed();
      return entries ? Object.fromEntries(entries.reverse()) : value;
    case "keys":
      return entries?.map(([key]) => key) ?? [];
    case "values":
      return Array.isArray(value) ? value : (entries?.map(([, one]) => one) ?? []);
    default:
      return value;
  }
}

function exists(value: unknown): boolean {
  return value !== undefined;
}
