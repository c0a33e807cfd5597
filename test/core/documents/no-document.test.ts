import { describe, expect, test } from "vitest";
import { type CompileResult, compile } from "../../../src/documents/index.ts";

/** As a caller without types does. */
const compiled = (...given: readonly unknown[]): CompileResult =>
  Reflect.apply<undefined, unknown[], CompileResult>(compile as never, undefined, [...given]);

describe("what is no document is a problem, not a throw", () => {
  const mechanisms = { text: "", file: "m.yaml" };
  // biome-ignore format: a row is a line
  test.each<[name: string, documents: unknown, says: RegExp]>([
    ["a text", { mechanisms: "text", rules: [] }, /^mechanisms is neither .*a string/],
    ["a parsed document", { mechanisms: { mechanisms: {} }, rules: [] }, /an object with mechanisms/],
    ["a text that is none", { mechanisms: { text: 5 }, rules: [] }, /an object with text/],
    ["nothing", {}, /^mechanisms is neither .*undefined/],
    ["null", { mechanisms: null, rules: null }, /^mechanisms is neither .*null/],
    ["no documents at all", undefined, /^mechanisms is neither/],
    ["a number for the rules", { mechanisms, rules: 5 }, /^rules is neither .*a number/],
    ["a text among the rules", { mechanisms, rules: [{ text: "rules: []" }, "rules: []"] }, /^rules\[1\] is neither .*a string/],
    ["lists", { mechanisms: [], rules: [[]] }, /^mechanisms is neither .*a list/],
  ])("%s", (_, documents, says) => {
    for (const options of [{ environment: {} }, undefined, null, {}]) {
      const result = compiled(documents, options);
      expect(result.ok).toBe(false);
      const told = result.ok ? [] : result.problems;
      const lines = told.map((each) => `${each.reason}, ${each.found}`);
      expect(lines).toContainEqual(expect.stringMatching(says));
    }
  });

  test("one rules document without a list around it is what it seems to be", () => {
    const rules = { text: "rules: []" };
    const result = compiled({ mechanisms, rules }, { environment: {} });
    expect(JSON.stringify(result)).not.toContain("is neither");
  });
});
