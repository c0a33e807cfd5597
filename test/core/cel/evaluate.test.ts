import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../../src/cel/evaluate.ts";
import { extended } from "../../../src/cel/extensions/extensions.ts";
import { Networks } from "../../../src/cel/networks.ts";
import { CelError } from "../../../src/cel/value.ts";
import type { ExpressionNode } from "../../../src/configuration/expression.ts";
import { compileExpression } from "../../../src/documents/compile/expression.ts";
import { createReport } from "../../../src/documents/report.ts";

const document = {
  file: "rules.yaml",
  value: {},
  complaints: [],
  environment: new Map<string, string>(),
  position: () => undefined,
};

function compiled(source: string) {
  const report = createReport();
  const expression = compileExpression(
    source,
    ["Request", "Subject", "Outputs", "Values", "Payload"],
    { document, path: [] },
    report,
  );
  return {
    expression,
    reasons: report
      .problems()
      .map(({ reason }) => reason)
      .join("\n"),
  };
}

function value(source: string, payload: unknown): unknown {
  const { expression, reasons } = compiled(source);
  if (expression === undefined) throw new Error(reasons);
  return evaluate(expression, ([root]) => (root === "Payload" ? payload : undefined), extended);
}

/** Any tree at all, also those that no checker would let through. */
const { tree: anyTree } = fc.letrec<{ tree: ExpressionNode }>((tie) => {
  const tree = tie("tree");
  const name = fc.constantFrom("a", "b", "__proto__", "constructor", "length");
  return {
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.record({
        kind: fc.constant("seen" as const),
        path: fc.constantFrom(["Payload"], ["Nothing"]),
      }),
      fc.record({
        kind: fc.constant("literal" as const),
        value: fc.constantFrom("x", "", 1.5, true, null),
      }),
      fc.record({
        kind: fc.constant("int" as const),
        value: fc.constantFrom("0", "-1", "9223372036854775807"),
      }),
      fc.record({ kind: fc.constant("variable" as const), name }),
      fc.record({ kind: fc.constant("select" as const), of: tree, name }),
      fc.record({ kind: fc.constant("has" as const), of: tree, name }),
      fc.record({ kind: fc.constant("list" as const), items: fc.array(tree, { maxLength: 3 }) }),
      fc.record({
        kind: fc.constant("map" as const),
        entries: fc.array(fc.tuple(tree, tree), { maxLength: 2 }),
      }),
      fc.record({
        kind: fc.constant("call" as const),
        name: fc.constantFrom("&&", "||", "?:", "nothing", ...Object.keys(extended)),
        arguments: fc.array(tree, { maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant("each" as const),
        macro: fc.constantFrom("all", "exists", "exists_one", "filter", "map"),
        of: tree,
        name,
        where: tree,
        result: tree,
      }),
    ),
  };
});

describe("evaluating", () => {
  test("ends with a value or a CelError, whatever the expression and the data", () => {
    fc.assert(
      fc.property(anyTree, fc.jsonValue(), (tree, payload) => {
        try {
          const lookup = ([root]: readonly string[]) => (root === "Payload" ? payload : undefined);
          evaluate({ source: "", tree }, lookup, extended);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(CelError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("a tree too deep for the stack is a CelError", () => {
    let tree: ExpressionNode = { kind: "literal", value: true };
    for (let depth = 0; depth < 50_000; depth += 1)
      tree = { kind: "call", name: "!", arguments: [tree] };
    expect(() => evaluate({ source: "", tree }, () => undefined)).toThrow(CelError);
  });

  test("a text that doubles is stopped long before memory is", () => {
    const doubling = `Payload.all(a, Payload.all(b, Payload.all(c, (a + b + c).size() < 0 || true)))`;
    const texts = [...Array(200)].map(() => "x".repeat(1000));
    expect(() => value(doubling, texts)).toThrow("it takes too long");
  });

  test("a list of ten thousand is looked through", () => {
    const list = [...Array(10_000).keys()].map(String);
    expect(value('Payload.exists(one, one == "9999")', list)).toBe(true);
    expect(value('"9999" in Payload', list)).toBe(true);
  });

  test.each([
    ["Payload == 1", 1, true],
    ["Payload == 1.0", 1, true],
    ["Payload > 0 && Payload < 2", 1, true],
    ['Payload == "1"', 1, false],
    ["Payload == {'a': [1, 2]}", { a: [1, 2] }, true],
    ["Payload.a.last() == 2 && Payload.a.at(-2) == 1", { a: [1, 2] }, true],
    ['Payload.regexFind("[a-zA-Z][1-9]") == "d1"', "abcd1234", true],
    ['Payload.regexFindAll("[2,4,6,8]").size() == 4', "123456789", true],
    ['Payload in networks(["172.16.0.0/12", "192.168.0.0/16"])', "172.20.1.1", true],
    ['"constructor" in Payload', {}, false],
    ["has(Payload.__proto__)", {}, false],
    ["type(Payload) == map", {}, true],
    ['cel.bind(x, Payload, x == "a" || x == "b")', "b", true],
  ])("%s of %j", (source, payload, expected) => {
    expect(value(source, payload)).toBe(expected);
  });
});

describe("compiling", () => {
  test.each([
    ["Request.Metod == 'GET'", "No such key: Metod"],
    ["Subject.ID ==", "this is no CEL expression here"],
    ["Request.Method", "is of type string"],
    ["Payload.allowed", "is of type dyn"],
    ["1u == 1u", "unsigned numbers"],
    ["b'ü' == b''", "bytes beyond ASCII"],
    ["[1].sortBy(1, 2) == [1]", "sortBy(item, key)"],
    ["optional.none().hasValue()", "the edge"],
    ["[Request].size() == 1", "Request as a whole is no value"],
    ["Payload.matches(Values.pattern)", "a text written here"],
    ['Payload.matches("(a+)+b")', "in so many ways"],
    ['Payload.matches("(?=a)")', "looking ahead"],
    ["Error.Source == 'x'", "Unknown variable: Error"],
    ["Nothing == 1", "Unknown variable: Nothing"],
  ])("refuses %s", (source, reason) => {
    const { expression, reasons } = compiled(source);
    expect(expression).toBeUndefined();
    expect(reasons).toContain(reason);
  });
});

describe("networks", () => {
  test.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["0.0.0.0/0", "203.0.113.9", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["203.0.113.9/32", "203.0.113.9", true],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["2001:db8::/32", "2001:db8:1::5", true],
    ["2001:db8::/32", "2001:db9::", false],
    ["::/0", "::1", true],
    ["10.0.0.0/8", "10.0.0.1.", false],
    ["10.0.0.0/8", "10.0.0.01", false],
    ["10.0.0.0/8", "", false],
    ["::/0", "1::2::3", false],
    ["::/0", "12345::", false],
  ])("%s has %s: %s", (network, ip, expected) => {
    expect(new Networks([network]).has(ip)).toBe(expected);
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/8/1", "x/8", "::/129", "10.0.0.0/", 5])(
    "%s is none",
    (cidr) => {
      expect(() => new Networks([cidr])).toThrow(CelError);
    },
  );
});

test("of no address at all nobody can say that it is in a network", () => {
  const source = 'Payload in networks("0.0.0.0/0")';
  expect(value(source, ["192.0.2.1"])).toBe(true);
  expect(value(source, [])).toBe(false);
});

describe("what a client's texts cost", () => {
  const header = "x".repeat(100_000);
  test.each([
    ["a text that is replaced by a longer one", 'Payload.replace("x", Payload).size() > 0'],
    ["a list that is joined by a text", 'Payload.split("").join(Payload).size() > 0'],
    ["a size for every character", 'Payload.split("").all(x, Payload.size() > 0)'],
    ["a format for every character", 'Payload.split("").all(x, "%x".format([Payload]) != x)'],
    ["a character for every character", 'Payload.split("").all(x, Payload.charAt(0) != "y")'],
    ["bytes for every character", 'Payload.split("").all(x, bytes(Payload) != b"")'],
    ["a comparison for every character", 'Payload.split("").all(x, Payload >= Payload)'],
  ])("%s", (_, source) => {
    const began = performance.now();
    expect(() => value(source, header)).toThrow("it takes too long");
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test("a long text that is searched for a long one", () => {
    const began = performance.now();
    const searched = { a: "a".repeat(400_000), b: `${"a".repeat(100_000)}b${"a".repeat(100_000)}` };
    for (const source of [
      "Payload.a.contains(Payload.b)",
      "Payload.a.indexOf(Payload.b) > 0",
      'Payload.a.split(Payload.b) == ["x"]',
      'Payload.a.replace(Payload.b, "x") == "x"',
    ])
      expect(() => value(source, searched)).toThrow("it takes too long");
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test("a long text that is no number", () => {
    const began = performance.now();
    expect(() => value("double(Payload) > 1.0", `${"1".repeat(200_000)}x`)).toThrow("no number");
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test("a mapping whose size is asked again and again, and a list after the end of it all", () => {
    const keys = [...Array(20_000).keys()].map(String);
    const map = Object.fromEntries(keys.map((key) => [key, 1]));
    const began = performance.now();
    expect(() => value("Payload.k.all(x, Payload.m.size() > 1)", { k: keys, m: map })).toThrow(
      "it takes too long",
    );
    expect(() => value("Payload.all(x, x != 1.0)", Array(2_000_000).fill(0))).toThrow(
      "it takes too long",
    );
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test("a regular expression for every member, by the length of each", () => {
    const source = 'Payload.all(one, one.matches("a.*b$") || true)';
    expect(value(source, Array(2000).fill("abab"))).toBe(true);
    expect(() => value(source, Array(50).fill("a".repeat(4096)))).toThrow("it takes too long");
  });
});
