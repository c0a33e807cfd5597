import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchOfGlob } from "../../../cli/convert/old-glob.ts";
import { Refused } from "../../../src/decision.ts";
import { compile } from "../../../src/documents/index.ts";
import { createRouter } from "../../../src/route/router.ts";

const mechanisms = `
mechanisms: {authenticators: [{id: deny_all, type: unauthorized}]}
default_rule: {execute: [{authenticator: deny_all}]}
`;

/** The edge with one rule, which matches what the glob's conversion says. */
function routerOf(match: object): (url: URL) => boolean {
  const rules = { rules: [{ id: "old", match, forward_to: { host: "upstream.example" } }] };
  const result = compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: mechanisms },
      rules: [{ file: "rules.yaml", text: JSON.stringify(rules) }],
    },
    { environment: {} },
  );
  // Paths with an empty segment, which are refused.
  if (!result.ok) return () => false;
  const router = createRouter(result.configuration);
  return (url) => {
    try {
      const asked = { public: url, path: url.pathname, search: "" };
      return router.match("GET", asked).rule.id === "old";
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  };
}

/** What 0.14 did: the whole of it as one glob with `.` and `/` as separators. */
function oldMatches(glob: string, url: string): boolean {
  const source = glob
    .split(/(<[^<>]*>)/)
    .map((piece) =>
      piece.startsWith("<")
        ? piece
            .slice(1, -1)
            .replaceAll(/\*\*|[*?{},]|[^*?{},]+/g, (token) => symbols[token] ?? escaped(token))
        : escaped(piece),
    );
  return new RegExp(`^${source.join("")}$`, "s").test(url);
}
const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
const symbols: Readonly<Record<string, string>> = {
  "**": ".*",
  "*": "[^./]*",
  "?": "[^./]",
  "{": "(?:",
  "}": ")",
  ",": "|",
};

describe("a glob of 0.14 over the whole URL", () => {
  test.each([
    ["https://<**>/orders", { routes: [{ path: "/orders" }], scheme: "https" }],
    [
      "<{http,https}>://shop.example:8080/<**>",
      { routes: [{ path: "/**" }], hosts: ["shop.example:8080"] },
    ],
    ["<**>://<**>.shop.example/", { routes: [{ path: "/" }], hosts: ["*.shop.example"] }],
    ["http://<**>", { routes: [{ path: "/" }, { path: "/**" }], scheme: "http" }],
    [
      "http://a/<{user,admin}>/x",
      {
        routes: [
          { path: "/:part1/x", captures: [{ name: "part1", type: "glob", value: "{user,admin}" }] },
        ],
        hosts: ["a"],
        scheme: "http",
      },
    ],
    [
      "http://a/<*>",
      {
        routes: [
          { path: "/:part1", captures: [{ name: "part1", type: "regex", value: "[^./]*" }] },
        ],
        hosts: ["a"],
        scheme: "http",
      },
    ],
    [
      "http://a/v<?>.<{json,y*}>",
      {
        routes: [
          {
            path: "/:part1",
            captures: [{ name: "part1", type: "regex", value: "v[^./]\\.(?:json|y[^./]*)" }],
          },
        ],
        hosts: ["a"],
        scheme: "http",
      },
    ],
    ["http://a/:x/*y", { routes: [{ path: "/\\:x/\\*y" }], hosts: ["a"], scheme: "http" }],
  ])("%s", (glob, match) => {
    expect(matchOfGlob(glob)).toEqual(match);
  });

  test.each([
    "https://<*>/a",
    "https://<*>.shop.example/a",
    "https://shop<**>/a",
    "https://shop.example",
    "ws<*>://a/b",
    "/no/host",
    "http://a/<**>/b",
    "http://a/b<**>",
    "http://a/<[ab]>",
    "http://a/<b",
    "http://a/b>",
    "http://a/<<b>>",
    "http://a/<{b>",
    "http://a/<b}>",
    "http://a/b?c=<*>",
    "http://a/b#c",
  ])("%s cannot be said", (glob) => {
    expect(matchOfGlob(glob)).toBeUndefined();
  });

  test("never matches more than it did", () => {
    const scheme = fc.constantFrom("http", "https", "<{http,https}>", "<**>");
    const host = fc.constantFrom(
      "<**>",
      "<*>",
      "<**>.shop.example",
      "shop.example",
      "shop.example:8080",
      "<{a,b}>.example",
    );
    const segment = fc.constantFrom(
      "<*>",
      "<**>",
      "<{a,b}>",
      "<{a*,b?}>",
      "f-<*>",
      "<*>.<*>",
      "<?>",
      "a",
      "v1.2",
      "",
    );
    const glob = fc
      .tuple(scheme, host, fc.option(fc.array(segment, { maxLength: 3 })))
      .map(([s, h, segments]) => `${s}://${h}${segments ? `/${segments.join("/")}` : ""}`);
    const asked = fc
      .tuple(
        fc.constantFrom("http", "https"),
        fc.constantFrom(
          "shop.example",
          "shop.example:8080",
          "x.shop.example",
          "a.b.shop.example",
          "localhost",
          "a.example",
        ),
        fc.array(fc.constantFrom("a", "b", "c", "aa", "v1.2", "f-", "f-x", "f-x.y", "x.y", ""), {
          maxLength: 4,
        }),
      )
      .map(([s, h, segments]) => `${s}://${h}/${segments.join("/")}`);
    fc.assert(
      fc.property(glob, fc.array(asked, { minLength: 20, maxLength: 40 }), (pattern, urls) => {
        const converted = matchOfGlob(pattern);
        if (converted === undefined) return;
        const { scheme: only, ...match } = converted;
        const matches = routerOf(match);
        for (const url of urls) {
          // Which of the two schemes is told to a person.
          if (only !== undefined && !url.startsWith(`${only}:`)) continue;
          // A host without a port is one with any.
          const before = oldMatches(pattern, url) || oldMatches(pattern, url.replace(":8080", ""));
          if (matches(new URL(url))) expect([url, before]).toEqual([url, true]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
