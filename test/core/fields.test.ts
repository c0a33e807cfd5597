import { expect, test } from "vitest";
import { readFields } from "../../src/fields.ts";

test.each([
  [["a=1", "b=2"], "a=1; b=2"],
  [["a=1; b=2", "c=3"], "a=1; b=2; c=3"],
  [["a=1, b", "c=3"], "a=1, b; c=3"],
  [["a=1"], "a=1"],
  [["when=Mon, 1 Jan"], "when=Mon, 1 Jan"],
  [["a=x,b=2"], "a=x,b=2"],
  [[], null],
])("the Cookie fields %j are %j", (fields, expected) => {
  const headers = new Headers(fields.map((value): [string, string] => ["Cookie", value]));
  expect(readFields(headers).get("Cookie")).toBe(expected);
});

test("fields of one name are one, whatever the case", () => {
  const headers = new Headers([
    ["X-Many", "1"],
    ["x-many", "2"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
  ]);
  const fields = readFields(headers);
  expect([fields.get("X-MANY"), fields.has("x-Many"), fields.get("X-None")]).toEqual([
    "1, 2",
    true,
    null,
  ]);
  expect(() => fields.get("no name")).toThrow(TypeError);
  const seen: string[][] = [];
  fields.forEach((value, name) => void seen.push([name, value]));
  expect(seen).toEqual([
    ["set-cookie", "a=1, b=2"],
    ["x-many", "1, 2"],
  ]);
});
