import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/jws/json.ts";

describe("what JSON.parse forgives", () => {
  test.each([
    ['{"a":1,"a":1}', "a member twice"],
    ['{"a":1,"b":2,"a":3}', "a member twice, apart"],
    ['{"a":1,"\\u0061":2}', "a member twice, once escaped"],
    ['{"x":{"a":1,"a":2}}', "in an object within"],
    ['[[{"a":[{"b":1,"b":2}]}]]', "in arrays within"],
    ['{"a":{"a":1},"a":2}', "around an object of the same name"],
    ['{"":1,"":2}', "the empty name twice"],
    ['{"\\"":1,"\\"":2}', "a quote as a name twice"],
    ['{"__proto__":1,"__proto__":2}', "__proto__ twice"],
    ["1e400", "a number past every number"],
    ['{"exp":-1e999}', "the same below"],
    [`${"[".repeat(33)}${"]".repeat(33)}`, "33 levels"],
  ])("%s is refused: %s", (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(parseJson(text)).toBeUndefined();
  });
});

test.each([
  "",
  " ",
  "{",
  "{'a':1}",
  '{"a":1,}',
  "[1,]",
  "01",
  "NaN",
  "undefined",
  '"\t"',
  '{"a":1}x',
  '\uFEFF{"a":1}',
  '"\\"'.repeat(10_000),
  "[".repeat(100_000),
])("text that is not JSON is refused: %#", (text) => {
  expect(parseJson(text)).toBeUndefined();
});

test.each([
  '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}',
  '{"a":"a","b":"a\\":","c":"{\\"a\\":1,\\"a\\":2}"}',
  '{"a":"\\\\","b":"\\\\\\""}',
  '"a"',
  "null",
  "-0.5e-3",
  '{"A":1,"a":2}',
  `${"[".repeat(32)}${"]".repeat(32)}`,
])("%s is what JSON.parse reads", (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test("any value that JSON can write is read back", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 6 }),
      fc.constantFrom(undefined, 1, "\t"),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      },
    ),
  );
});

test("a member that is named again is refused wherever it is", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 }),
      fc.nat(),
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(
        (text: string) => text,
        (text: string) => `[1,{"deep":${text}}]`,
      ),
      (members, pick, value, wrap) => {
        const names = Object.keys(members);
        const name = JSON.stringify(names[pick % names.length]);
        const once = JSON.stringify(members);
        const twice = `${once.slice(0, -1)},${name}:${JSON.stringify(value)}}`;
        expect(parseJson(wrap(once))).toEqual(JSON.parse(wrap(once)));
        expect(parseJson(wrap(twice))).toBeUndefined();
      },
    ),
  );
});
