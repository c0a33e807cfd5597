import type { z } from "zod";
import { corrected } from "./corrected.ts";
import type { Finding } from "./finding.ts";
import { describe, valueAt } from "./found.ts";
import { nearest } from "./nearest.ts";
import { type Path, pathKey } from "./problem.ts";
import { formerNames } from "./schema/former-names.ts";
import { allowedTypes, isIgnored, noun, shapeOf } from "./schema/introspection.ts";

export interface Findings {
  readonly findings: readonly Finding[];
  /** Texts from the environment that the schema wants as a number or as true or false. */
  readonly coercions: readonly { readonly path: Path; readonly value: number | boolean }[];
}

type Issue = z.core.$ZodIssue;

/** Everything that a schema has to say about a value, in our words. */
export function findingsOf(
  schema: z.ZodType,
  value: unknown,
  environment: ReadonlyMap<string, string>,
): Findings {
  const findings: Finding[] = typeFromEnvironment(environment);
  const coercions: { path: Path; value: number | boolean }[] = [];
  const result = schema.safeParse(value, { error: messageOf });
  for (const issue of result.success ? [] : result.error.issues.flatMap(flatten(value))) {
    const path = pathOf(issue);
    const written = environment.get(pathKey(path));
    const coerced = written === undefined ? undefined : coerce(issue, valueAt(value, path));
    if (coerced !== undefined) coercions.push({ path, value: coerced });
    else findings.push(...findingOf(issue, path, value, written));
  }
  const meant = new Set(findings.flatMap((one) => (one.meant ? [pathKey(one.meant)] : [])));
  return { findings: findings.filter((one) => !meant.has(pathKey(one.path))), coercions };
}

/** What the issue's own schema allows, as far as zod tells it only here. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "unrecognized_keys") {
    const shape = Object.entries(shapeOf(issue.inst));
    return shape
      .filter(([, member]) => !isIgnored(member))
      .map(([key]) => key)
      .join(" ");
  }
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    return allowedTypes(issue.inst, issue.discriminator).join(", ");
  }
  if (issue.code === "invalid_value") return "not a value that is known here";
  if (issue.code === "invalid_type") return noun(issue.expected);
  return undefined;
}

/** Of a union's branches, the one whose kind of value was written; of several, the one that came nearest. */
function flatten(whole: unknown): (issue: Issue) => Issue[] {
  return (issue) => {
    if (issue.code !== "invalid_union" || issue.discriminator !== undefined) return [issue];
    const branches = issue.errors.filter(
      (branch) => !branch.some((inner) => inner.code === "invalid_type" && inner.path.length === 0),
    );
    const [best] = branches.toSorted((a, b) => a.length - b.length);
    if (best === undefined) {
      const nouns = issue.errors.flatMap((branch) => branch.map((inner) => inner.message));
      const expected = [...new Set(nouns)].join(" or ");
      return [{ code: "invalid_type", expected: "never", path: issue.path, message: expected }];
    }
    return best
      .map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
      .flatMap(flatten(whole));
  };
}

function findingOf(
  issue: Issue,
  path: Path,
  value: unknown,
  written: string | undefined,
): Finding[] {
  const input = valueAt(value, path);
  const found = describe(input, path, written);
  const problem = (complaint: Finding["complaint"]): Finding[] => [
    { kind: "problem", path, complaint },
  ];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey([...path, key], key, issue.message.split(" ")));
    case "invalid_type": {
      if (input === undefined) {
        return problem({
          reason: `${String(path.at(-1) ?? "the document")} is missing`,
          allowed: issue.message,
        });
      }
      return problem({
        reason: `expected ${issue.message}`,
        found,
        ...suggested(input, issue.message, found),
      });
    }
    case "invalid_union": {
      const reason = input === undefined ? "type is missing" : "not a type that is known here";
      return problem({ reason, ...choice(input, issue.message.split(", "), found) });
    }
    case "invalid_value": {
      const values = issue.values.map(String);
      if (input === undefined)
        return problem({ reason: `${String(path.at(-1))} is missing`, allowed: values.join(", ") });
      return problem({ reason: issue.message, ...choice(input, values, found) });
    }
    case "too_small":
      return problem({
        reason: issue.origin === "number" ? `at least ${issue.minimum}` : "must not be empty",
        found,
      });
    case "too_big":
      return problem({ reason: `at most ${issue.maximum}`, found });
    case "invalid_key":
      return [
        {
          kind: "problem",
          path,
          at: "key",
          complaint: {
            reason: issue.issues[0]?.message ?? "not a name that can be used",
            found: JSON.stringify(path.at(-1)),
          },
        },
      ];
    case "custom":
      return [customFinding(issue, path, found)];
    case "invalid_format":
    case "invalid_element":
    case "not_multiple_of":
      return problem({
        reason: issue.message,
        found,
        ...suggested(input, issue.message, found),
      });
  }
}

/** What may be a secret is not shown (found.ts), so no suggestion repeats it either. */
function suggested(input: unknown, expected: string, found: string) {
  const isTold = typeof input === "number" ? found !== "a number" : found !== "a text";
  const meant = isTold ? corrected(input, expected) : undefined;
  return meant === undefined ? {} : { suggestion: meant };
}

function customFinding(
  issue: Extract<Issue, { code: "custom" }>,
  path: Path,
  found: string,
): Finding {
  if (issue.params?.kind === "note")
    return { kind: "note", path, at: "key", complaint: { reason: issue.message } };
  return { kind: "problem", path, complaint: { reason: issue.message, found } };
}

function unknownKey(path: Path, key: string, known: readonly string[]): Finding {
  const former = formerNames[key];
  const close = nearest(key, known);
  const suggestion = former ?? (close === undefined ? undefined : `did you mean ${close}?`);
  const meant = close === undefined ? {} : { meant: [...path.slice(0, -1), close] };
  const complaint = {
    reason: `unknown key ${key}`,
    allowed: known.join(", "),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
  return { kind: "problem", path, at: "key", complaint, ...meant };
}

function choice(input: unknown, values: readonly string[], found: string) {
  const close = typeof input === "string" ? nearest(input, values) : undefined;
  return {
    ...(input === undefined ? {} : { found }),
    allowed: values.join(", "),
    ...(close === undefined ? {} : { suggestion: `did you mean ${close}?` }),
  };
}

function coerce(issue: Issue, input: unknown): number | boolean | undefined {
  if (issue.code !== "invalid_type" || typeof input !== "string") return undefined;
  if (issue.expected === "boolean" && /^(true|false)$/.test(input)) return input === "true";
  const number = issue.expected === "number" || issue.expected === "int";
  return number && /^-?\d+(\.\d+)?$/.test(input) ? Number(input) : undefined;
}

/** A type decides which keys are allowed: editors must be able to see it. */
function typeFromEnvironment(environment: ReadonlyMap<string, string>): Finding[] {
  const complaint = { reason: "a type cannot come from the environment", suggestion: "write it" };
  return [...environment.keys()].flatMap((key): Finding[] => {
    const path: unknown = JSON.parse(key);
    if (
      !isPath(path) ||
      path.at(-1) !== "type" ||
      path.at(-2) === "headers" ||
      path.at(-2) === "values"
    )
      return [];
    return [{ kind: "problem", path, complaint }];
  });
}

function isPath(value: unknown): value is Path {
  return (
    Array.isArray(value) &&
    value.every((part) => typeof part === "string" || typeof part === "number")
  );
}

function pathOf(issue: Issue): Path {
  return issue.path.map((part) => (typeof part === "number" ? part : String(part)));
}
