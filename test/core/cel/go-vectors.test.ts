import { expect, test } from "vitest";
import { evaluate } from "../../../src/cel/evaluate.ts";
import { extended } from "../../../src/cel/extensions/extensions.ts";
import { shown } from "../../../src/cel/extensions/format.ts";
import { CelError } from "../../../src/cel/value.ts";
import { celEnvironment } from "../../../src/documents/compile/cel-environment.ts";
import { treeOf } from "../../../src/documents/compile/cel-tree.ts";
import { payload, vectors } from "./go-vectors.ts";

const environment = celEnvironment(["Payload"]);

/** Undefined where it does not compile, or has no value. */
function textOf(source: string): string | undefined {
  if (!environment.check(source).valid) return undefined;
  try {
    const tree = treeOf(environment.parse(source).ast);
    const value = evaluate({ source, tree }, () => payload, extended);
    return shown(value, { left: 1000 });
  } catch (error) {
    if (error instanceof CelError) return undefined;
    throw error;
  }
}

test.each(vectors)("%s", (source, output) => {
  expect(textOf(source)).toBe(output);
});
