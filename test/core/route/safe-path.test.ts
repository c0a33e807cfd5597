import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { checkPath } from "../../../src/route/safe-path.ts";

const verdict = (path: string) => {
  try {
    checkPath(path);
    return "safe";
  } catch (error) {
    return error instanceof Refused ? error.code : "thrown";
  }
};

describe("paths that every parser reads alike", () => {
  it.each([
    "/",
    "/api",
    "/api/",
    "/API",
    "/%61pi",
    "/api;x=1",
    "/.well-known/jwks",
    "/a/..b",
    "/a/b..",
    "/a/...",
    "/a/.b/c",
    "/a%2fb",
    "/%2f",
    "/%F0%9F%98%80",
    "/c%20d",
    "/100%25",
    "/%252fx",
    "/a:b/@c/d,e/f=g&h",
  ])("lets %s in", (path) => {
    expect(verdict(path)).toBe("safe");
  });

  it.each([
    "",
    "api",
    "//",
    "//evil.example/x",
    "/a//b",
    "/a//",
    "/a/../b",
    "/a/..",
    "/..",
    "/.",
    "/./a",
    "/%2e%2e/a",
    "/.%2E/a",
    "/a/%2e",
    "/a/..;/b",
    "/a/..;x=1/b",
    "/a/..%3b/b",
    "/a/.;/b",
    "/;/a",
    "/;a",
    "/a/;",
    "/a/%3Bx",
    "/api/..%2fadmin",
    "/api%2f..",
    "/api/x%2f%2e%2e%2fadmin",
    "/%252e%252e/a",
    "/a%252f..%252fb",
    "/a%255c../b",
    "/a\\b",
    "/\\evil.example",
    "/a%5cb",
    "/a/..%5Cb",
    "/a%00",
    "/a\0b",
    "/a%0d%0ab",
    "/a%7f",
    "/a\tb",
    "/a b",
    "/a%",
    "/a%2",
    "/a%zz",
    "/a%ff",
    "/a%c0%af",
    "/a%ed%a0%80",
    "/a\ud800",
    "/a?b",
    "/a#b",
  ])("refuses %j", (path) => {
    expect(verdict(path)).toBe("route.unsafe");
  });

  const piece = fc.constantFrom(
    "/",
    ".",
    "..",
    "%2e",
    "%2E",
    "%2f",
    "%252f",
    "%5c",
    "\\",
    ";",
    "%3b",
    "a",
    "%61",
    "%",
  );
  const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);

  it("whatever is let in, no decoding and no resolving moves it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          path,
          fc.webPath(),
          fc.string().map((text) => `/${text}`),
        ),
        (text) => {
          if (verdict(text) !== "safe") return;
          expect(new URL(`https://h.example${text}`).host).toBe("h.example");
          for (const reading of [text, decodeURIComponent(text)]) {
            const names = reading.split(/[/\\]/).map((segment) => segment.split(";")[0]);
            expect(names).not.toContain("..");
            expect(names).not.toContain(".");
          }
          // What a URL parser makes of it is what arrived.
          if (/^[\w/%.;~-]*$/.test(text))
            expect(new URL(text, "https://h.example").pathname).toBe(text);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("never throws anything but a refusal", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => verdict(text) !== "thrown"));
  });
});
