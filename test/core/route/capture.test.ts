import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { captureSource, PatternError } from "../../../src/route/pattern.ts";

type Kind = "glob" | "regex" | "exact";
const matches = (type: Kind, value: string, text: string) =>
  new RegExp(captureSource(type, value), "u").test(text);

describe("capture constraints", () => {
  it.each<[Kind, string, string, boolean]>([
    ["exact", "a.b", "a.b", true],
    ["exact", "a.b", "axb", false],
    ["exact", "a", "ab", false],
    ["exact", "?>?<*??", "?>?<*??", true],
    ["glob", "*.css", "site.css", true],
    ["glob", "*.css", "deep/site.css", false],
    ["glob", "**.css", "deep/site.css", true],
    ["glob", "?at", "cat", true],
    ["glob", "?at", "/at", false],
    ["glob", "[a-z]", "q", true],
    ["glob", "[a-z]", "Q", false],
    ["glob", "[!a-z]", "Q", true],
    ["glob", "[!a-z]", "q", false],
    ["glob", "{team1,team2}*", "team2-x", true],
    ["glob", "{team1,team2}*", "team3", false],
    ["glob", "\\*", "*", true],
    ["glob", "\\*", "x", false],
    ["glob", "/**", "/a/b", true],
    ["glob", "a.c", "abc", false],
    ["regex", "(team1|team2)", "team1", true],
    ["regex", "(team1|team2)", "evil-team1", false],
    ["regex", "team1|team2", "team1x", false],
    ["regex", "^a.c$", "abc", true],
    ["regex", "(?i)abc", "ABC", true],
    ["regex", "(?P<x>a)b", "ab", true],
    ["regex", "(\\d{1,3}\\.){3}\\d{1,3}", "10.0.0.1", true],
    [
      "regex",
      "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
      "01234567-89ab-cdef-0123-456789abcdef",
      true,
    ],
    ["regex", "\\p{L}+", "naïve", true],
    ["regex", "[[:alpha:]]", "a", true],
  ])("%s %j on %j: %s", (type, value, text, expected) => {
    expect(matches(type, value, text)).toBe(expected);
  });

  it.each<[Kind, string, RegExp]>([
    ["exact", "", /not empty/],
    ["glob", "!*][)(*", /nothing opens/],
    ["glob", "[abc", /without its/],
    ["glob", "{a,b", /without its/],
    ["glob", "a\\", /backslash/],
    ["glob", "*a*a*a*", /busy/],
    ["regex", "?>?<*??", /cannot be used as a regular/],
    ["regex", "(", /never closed/],
    ["regex", "a)|(?:b", /a "\)" too many/],
    ["regex", "a)b", /a "\)" too many/],
    ["regex", "[[:letters:]]", /no class \[:letters:\]/],
    ["regex", "(a)\\1", /referring back/],
    ["regex", "(?=a)a", /looking ahead/],
    ["regex", "(?<!a)b", /looking ahead/],
    ["regex", "(a+)+", /busy/],
    ["regex", "(?:a|a)*b", /busy/],
    ["regex", "((a?))*", /busy/],
    ["regex", "(a?){30}a{30}", /busy/],
    ["regex", "(x(a*)y){2,}", /busy/],
    ["regex", ".*.*.*.*=", /busy/],
    ["regex", "(.*a){3}.*", /busy/],
    ["regex", "(a|b|c)?(a{0,16}){4}.*.*", /busy/],
    ["regex", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaa", /busy/],
  ])("refuses %s %j", (type, value, reason) => {
    expect(() => captureSource(type, value)).toThrow(reason);
  });

  it("an exact constraint matches its own text and no other", () => {
    const text = fc.string({ minLength: 1, unit: "binary" });
    fc.assert(
      fc.property(
        text,
        text,
        (value, other) => matches("exact", value, other) === (value === other),
      ),
    );
    fc.assert(fc.property(text, (value) => matches("exact", value, value)));
  });

  it("any value gives an anchored expression, or a message", () => {
    const value = fc.oneof(fc.string(), fc.stringMatching(/^[ab(){}[\]|*+?\\^$!,1]*$/));
    fc.assert(
      fc.property(fc.constantFrom<Kind>("glob", "regex"), value, (type, written) => {
        try {
          expect(captureSource(type, written)).toMatch(/^\^\(\?:[\s\S]*\)\$$/);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      }),
    );
  });
});
