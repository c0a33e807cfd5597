import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "../../src/utf8.ts";

test("any text, as the runtime encodes it", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 600 }),
    fc.string({ unit: "binary", maxLength: 600 }),
    fc.constantFrom("", "a".repeat(256), "a".repeat(257), "é".repeat(255), "\ud800", "a\u0080"),
  );
  fc.assert(
    fc.property(text, (value) => {
      expect(utf8(value)).toEqual(new TextEncoder().encode(value));
    }),
  );
});
