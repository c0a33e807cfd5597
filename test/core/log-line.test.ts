import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logLine } from "../../src/log-line.ts";

describe("a line of the log", () => {
  test.each([
    ["C0", "\u0000\u0007\u001b\n\r\t"],
    ["DEL and C1", "\u007f\u0080\u0085\u009b\u009f"],
    ["separators", "\u2028\u2029"],
    ["bidi", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"],
    ["invisible", "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufff9\u{e0001}\u{e0041}"],
    ["lone surrogates", "\ud800 \udc00"],
  ])("has no %s in it, and means the same", (_, text) => {
    const line = logLine({ found: text, [text]: 1 });
    expect(line).toMatch(/^[ -~]+$/);
    expect(JSON.parse(line)).toEqual({ found: text, [text]: 1 });
  });

  test("what people write stays readable", () => {
    const text = "Zo\u00eb \u4f60\u597d \u{1f600} \\u0041";
    expect(logLine({ found: text })).toBe(JSON.stringify({ found: text }));
  });

  test("whatever it is: one line that means the same", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const line = logLine({ text });
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
        expect(JSON.parse(line)).toEqual({ text });
      }),
      { numRuns: 300 },
    );
  });
});
