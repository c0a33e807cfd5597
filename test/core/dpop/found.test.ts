import { expect, test } from "vitest";
import { found } from "../../../src/dpop/found.ts";

test.each([
  [undefined, "nothing"],
  ["a", '"a"'],
  ["e".repeat(1000), `"${"e".repeat(64)}"`],
  ['"', '"\\""'],
  [17.5, "17.5"],
  [[1], "array"],
  [{ a: 1 }, "object"],
  [null, "object"],
  [true, "boolean"],
])("of %j the event shows %s", (value, shown) => {
  expect(found(value)).toBe(shown);
});
