import { tests as conformance } from "@bufbuild/cel-spec/testdata/conformance.js";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../../src/cel/evaluate.ts";
import { CelBytes } from "../../../src/cel/extensions/bytes.ts";
import { extended } from "../../../src/cel/extensions/extensions.ts";
import { CelError, CelType } from "../../../src/cel/value.ts";
import type { ExpressionNode } from "../../../src/configuration/expression.ts";
import { celEnvironment } from "../../../src/documents/compile/cel-environment.ts";
import { treeOf, Unsupported } from "../../../src/documents/compile/cel-tree.ts";

/** What the edge evaluates; protocol buffers, unsigned numbers and keys that are no texts are left out. */
const suites = [
  "basic",
  "bindings_ext",
  "comparisons",
  "conversions",
  "encoders_ext",
  "fields",
  "fp_math",
  "integer_math",
  "lists",
  "logic",
  "macros",
  "math_ext",
  "parse",
  "plumbing",
  "string",
  "string_ext",
  "timestamps",
];

/** Where the specification's own implementation loses digits of large numbers, and the edge none. */
const exact = new Set([
  "not_lt_dyn_int_big_lossy_double",
  "not_gt_dyn_big_double_int",
  "lte_dyn_big_double_int",
  "gte_dyn_int_big_lossy_double",
  "double_int_min_range",
]);

interface Case {
  readonly name: string;
  readonly expr: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly evalError?: unknown;
  readonly bindings?: unknown;
  readonly disableCheck?: boolean;
}

interface Suite {
  readonly suites?: readonly unknown[];
  readonly tests?: readonly unknown[];
}

function casesOf(suite: Suite): Case[] {
  const own = (suite.tests ?? []).map((entry) => (entry as { original: Case }).original);
  return [...own, ...(suite.suites ?? []).flatMap((inner) => casesOf(inner as typeof suite))];
}

/** The specification's value as the edge has it; undefined: of a kind that it has not. */
function expected(value: Readonly<Record<string, unknown>>): unknown {
  const [[kind, given] = []] = Object.entries(value);
  switch (kind) {
    case "boolValue":
    case "stringValue":
      return given;
    case "doubleValue":
      return Number(given);
    case "int64Value":
      return BigInt(String(given));
    case "bytesValue":
      return new CelBytes(Uint8Array.from(Buffer.from(String(given), "base64")));
    case "nullValue":
      return null;
    case "typeValue":
      return new CelType(String(given));
    case "listValue": {
      const items = (given as { values?: Readonly<Record<string, unknown>>[] }).values ?? [];
      return items.map(expected);
    }
    default:
      return undefined;
  }
}

function compiled(expr: string): ExpressionNode | "left out" | "refused" {
  const environment = celEnvironment([]);
  if (!environment.check(expr).valid) return "refused";
  try {
    return treeOf(environment.parse(expr).ast);
  } catch (error) {
    if (error instanceof Unsupported) return "left out";
    throw error;
  }
}

const all = conformance.suites as readonly ({ name: string } & Suite)[];

describe("the CEL specification's own cases", () => {
  const counts = { agreed: 0, refused: 0, leftOut: 0 };

  test.each(suites)("%s", (name) => {
    const suite: Suite = all.find((one) => one.name === name) ?? {};
    const wrong: unknown[] = [];
    for (const { expr, value, evalError, bindings, name: title } of casesOf(suite)) {
      if (bindings !== undefined || exact.has(title)) continue;
      const tree = compiled(expr);
      if (tree === "left out" || tree === "refused") {
        if (tree === "refused") counts.refused += 1;
        else counts.leftOut += 1;
        continue;
      }
      // What names no value is true.
      const wanted = evalError !== undefined ? CelError : expected(value ?? { boolValue: true });
      if (wanted === undefined) continue;
      let found: unknown;
      try {
        found = evaluate({ source: expr, tree }, () => undefined, extended);
      } catch (error) {
        found = error instanceof CelError ? CelError : error;
      }
      try {
        expect(found).toEqual(wanted);
        counts.agreed += 1;
      } catch {
        wrong.push({ title, expr, wanted, found });
      }
    }
    expect(wrong).toEqual([]);
  });

  test("are enough to mean something", () => {
    expect(counts.agreed).toBeGreaterThan(1030);
  });
});
