import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PatternError, parsePattern } from "../../../src/route/pattern.ts";

const literal = (value: string) => ({ kind: "literal", value }) as const;

describe("path expressions", () => {
  it.each([
    ["/", [literal("")]],
    ["/a", [literal("a")]],
    ["/a/", [literal("a"), literal("")]],
    [
      "/a/:name/*rest",
      [literal("a"), { kind: "one", name: "name" }, { kind: "rest", name: "rest" }],
    ],
    ["/:*/**", [{ kind: "one" }, { kind: "rest" }]],
    ["/a/*", [literal("a"), { kind: "rest" }]],
    ["/api/<**>", [literal("api"), { kind: "rest" }]],
    ["/<*>/<name>", [{ kind: "one" }, { kind: "one", name: "name" }]],
    ["/date/\\:year/\\*x", [literal("date"), literal(":year"), literal("*x")]],
    ["/apples/and/some:thing", [literal("apples"), literal("and"), literal("some:thing")]],
    ["/apples/and/some*\\*", [literal("apples"), literal("and"), literal("some**")]],
    ["/ab\\*cde", [literal("ab*cde")]],
    ["/\\<x\\>", [literal("<x>")]],
    ["/c%20d/%C3%A9", [literal("c d"), literal("é")]],
    ["/foo%2Fbar", [literal("foo/bar")]],
  ])("%s", (expression, segments) => {
    expect(parsePattern(expression)).toEqual(segments);
  });

  it.each([
    ["", /starts with "\/"/],
    ["a/b", /write "\/a\/b"/],
    ["/apples/**/bananas", /follow the free wildcard "\*\*"/],
    ["/a/*rest/", /follow the free wildcard/],
    ["/a//b", /empty segment/],
    ["//a", /empty segment/],
    ["/a/../b", /dot segment/],
    ["/a/%2e", /dot segment/],
    ["/:", /whole segment/],
    ["/:name.json", /whole segment/],
    ["/<name>.json", /whole segment/],
    ["/*a*", /whole segment/],
    ["/a\\b", /backslash/],
    ["/a\\\\b", /backslash/],
    ["/a?b=c", /no query/],
    ["/a#b", /no fragment/],
    ["/a b", /white space/],
    ["/100%", /%25/],
    ["/%ff", /percent-encoding/],
    ["/:id/x/:id", /two wildcards named "id"/],
    ["/:id/*id", /two wildcards named "id"/],
  ])("refuses %j", (expression, reason) => {
    expect(() => parsePattern(expression)).toThrow(reason);
  });

  it("reads any text, or says what is wrong with it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\/[ab:*<>\\%/.]*$/)), (expression) => {
        try {
          expect(parsePattern(expression).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      }),
    );
  });
});
