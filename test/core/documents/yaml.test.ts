// biome-ignore-all lint/suspicious/noTemplateCurlyInString: characters, not a template
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDuration } from "../../../src/documents/duration.ts";
import { nearest } from "../../../src/documents/nearest.ts";
import { parseYaml } from "../../../src/documents/yaml.ts";
import { compilePair, configurationOf, mechanisms, problemsOf, rules } from "./pair.ts";

describe("YAML", () => {
  const read = (text: string) => parseYaml(text, {});

  test("anchors, aliases and merge keys", () => {
    const { value, complaints } = read(`
base: &base {a: 1, b: {c: 2}}
more: &more {b: 5, d: 4}
one: {<<: *base, a: 3}
two:
  <<: [*base, *more]
  e: *base
`);
    expect(complaints).toEqual([]);
    expect(value).toEqual({
      base: { a: 1, b: { c: 2 } },
      more: { b: 5, d: 4 },
      one: { a: 3, b: { c: 2 } },
      two: { a: 1, b: { c: 2 }, d: 4, e: { a: 1, b: { c: 2 } } },
    });
  });

  test("YAML 1.2: on and off are texts", () => {
    expect(read("a: on\nb: no\nc: 010\nd: 0o10\ne: '<<'").value).toEqual({
      a: "on",
      b: "no",
      c: 10,
      d: 8,
      e: "<<",
    });
  });

  test("a problem in an anchor is told once, where it is written", () => {
    const text = `rules:
  - id: one
    match: &match {path: /one, method: [GET]}
  - {id: two, match: *match}
`;
    const problems = problemsOf(compilePair({ rules: text }));
    expect(problems.filter(({ reason }) => reason.startsWith("unknown key"))).toMatchObject([
      { line: 3, column: 32, path: "rules[0].match.method", suggestion: "did you mean methods?" },
    ]);
  });

  test.each([
    ["an alias of itself", "a: &a [*a]"],
    ["a merge of itself", "a: &a {<<: *a}"],
    ["an alias of nothing", "a: *b"],
    ["a merge of a text", "a: {<<: b}"],
    ["a prototype", "__proto__: {a: 1}"],
    ["a key that is a list", "? [a]\n: 1"],
    ["a tag of its own", "a: !secret x"],
    ["two documents", "a: 1\n---\nb: 2"],
    ["a tab", "a:\n\tb: 1"],
    ["an open bracket", "a: [1"],
  ])("%s is a problem", (_, text) => {
    expect(read(text).complaints).not.toEqual([]);
    expect(compilePair({ mechanisms: text }).ok).toBe(false);
  });

  const syntax: readonly (readonly [string, string, { readonly [key: string]: string }])[] = [
    [
      "a tab is told alone, for the rest follows from it",
      "a:\n  - b: 1\n\t- c: 2\n  - d: 3",
      { reason: "Tabs are not allowed as indentation", suggestion: "write spaces" },
    ],
    [
      "a key that is there twice",
      "a: 1\nb: 2\na: 3",
      { reason: "the key a is there twice: keys must be unique", suggestion: "remove one of them" },
    ],
    [
      "a second document",
      "a: 1\n---\nb: 2",
      {
        reason: "a second document begins here",
        suggestion: "remove ---, or write a file for each",
      },
    ],
    [
      "a colon in a value",
      "a: b: c",
      {
        reason: "Nested mappings are not allowed in compact mappings",
        suggestion: 'write quotes around a value that has ": " in it, or mend the indentation',
      },
    ],
    [
      "a value that begins with @",
      "a: @b",
      {
        reason: "Plain value cannot start with reserved character @",
        suggestion: "write quotes around it",
      },
    ],
    [
      "a no-break space as indentation",
      "a:\n\u00a0\u00a0b: 1",
      {
        reason: "a key holds U+00A0, which looks like a space and is none",
        suggestion: "write a space",
      },
    ],
  ];
  test.each(syntax)("%s", (_, text, said) => {
    expect(read(text).complaints).toMatchObject([said]);
  });

  test("aliases of aliases do not multiply without end", () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}, *a${level}]`,
    );
    const merges = Array.from(
      { length: 30 },
      (_, level) => `m${level + 1}: &m${level + 1} {x: {<<: *m${level}}, y: {<<: *m${level}}}`,
    );
    for (const text of [
      `a0: &a0 [1]\n${levels.join("\n")}`,
      `m0: &m0 {z: 1}\n${merges.join("\n")}`,
    ]) {
      expect(problemsOf(compilePair({ mechanisms: text })).map(({ reason }) => reason)).toContain(
        "nested too deeply, or too large",
      );
    }
  });

  test("brackets without end do not exhaust the stack", () => {
    for (const text of [
      "[".repeat(100_000),
      "{a: ".repeat(100_000),
      "- ".repeat(100_000),
      `${"[".repeat(60)}${"]".repeat(60)}`,
    ]) {
      expect(compilePair({ mechanisms: text }).ok).toBe(false);
      expect(compilePair({ rules: text }).ok).toBe(false);
    }
  });
});

describe("any text gives a configuration or a list of problems", () => {
  const check = (pair: { mechanisms?: string; rules?: string }) => {
    const result = compilePair(pair);
    if (result.ok) expect(result.configuration.rules).toBeInstanceOf(Array);
    else expect(result.problems.length).toBeGreaterThan(0);
    for (const problem of problemsOf(result)) expect(problem.reason).not.toBe("");
  };

  test("whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.boolean(), (text, first) =>
        check(first ? { mechanisms: text } : { rules: text }),
      ),
      { numRuns: 150 },
    );
  });

  test("a document with some of its characters gone or changed", () => {
    const edits = fc.array(
      fc.tuple(
        fc.nat(2000),
        fc.nat(20),
        fc.string({ maxLength: 12, unit: fc.constantFrom(..."\n -:[]{}&*<>!|#'\"${}ab0@%`,") }),
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(edits, fc.boolean(), (changes, first) => {
        const text = changes.reduce(
          (whole, [at, length, by]) => {
            const start = at % (whole.length + 1);
            return whole.slice(0, start) + by + whole.slice(start + length);
          },
          first ? mechanisms : rules,
        );
        check(first ? { mechanisms: text } : { rules: text });
      }),
      { numRuns: 150 },
    );
  });

  test("a document with one of its values replaced", () => {
    const parsed = parseYaml(mechanisms, {}).value;
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>(null, "", [], {}, [null], [{}], -1, "x"),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 1, maxLength: 7 }), anything, (steps, value) => {
        check({ mechanisms: JSON.stringify(replaced(parsed, steps, value)) });
      }),
      { numRuns: 150 },
    );
  });

  function replaced(node: unknown, steps: readonly number[], value: unknown): unknown {
    const [first, ...rest] = steps;
    if (first === undefined || typeof node !== "object" || node === null) return value;
    const entries = Object.entries(node);
    const at = entries.length === 0 ? 0 : first % entries.length;
    const changed = entries.map(
      ([key, member], index) =>
        [key, index === at ? replaced(member, rest, value) : member] as const,
    );
    return Array.isArray(node) ? changed.map(([, member]) => member) : Object.fromEntries(changed);
  }
});

describe("names and durations", () => {
  test.each([
    ["nonce_requird", "nonce_required"],
    ["nonceRequired", "nonce_required"],
    ["max-age", "max_age"],
    ["isuers", "issuers"],
    ["xyz", undefined],
    ["", undefined],
  ])("%s is near %s", (name, expected) => {
    expect(nearest(name, ["max_age", "nonce_required", "issuers"])).toBe(expected);
  });

  test.each([
    ["10s", 10],
    ["1h30m", 5400],
    ["500ms", 0.5],
    ["1.5m", 90],
    ["0s", 0],
    ["10", undefined],
    ["-1s", undefined],
    ["1 s", undefined],
    ["1d", undefined],
    ["", undefined],
  ])("%s is %s seconds", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test("a rule set can be empty", () => {
    expect(configurationOf(compilePair({ rules: "rules: []" })).rules).toEqual([]);
  });
});
