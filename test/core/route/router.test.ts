import { describe, expect, it } from "vitest";
import type { DefaultRule } from "../../../src/configuration.ts";
import { createRouter } from "../../../src/route/router.ts";
import { ask, paths, type RuleSketch, urlOf } from "./rules.ts";

const defaultRule: DefaultRule = {
  id: "default",
  encodedSlashes: "off",
  authenticators: [],
  authorizers: [],
  finalizers: [],
  onError: [],
};

describe("path expressions against paths", () => {
  it.each([
    ["/apples/and/bananas", "/apples/and/bananas", "/apples/and/bananas"],
    [
      "/apples/and/:something",
      "/apples/and/oranges",
      ["/apples/and/:something", { something: "oranges" }],
    ],
    ["/apples/and/:something", "/apples/and/bananas/andmore", "route.none"],
    ["/apples/and/:something", "/apples/or/bananas", "route.none"],
    ["/apples/and/:something", "/apples/and/", "route.none"],
    ["/apples/and/some:thing", "/apples/and/some:thing", "/apples/and/some:thing"],
    ["/apples/**", "/apples/and/bananas", "/apples/**"],
    ["/apples/**", "/apples/x/", "/apples/**"],
    ["/apples/**", "/apples/", "route.none"],
    ["/apples/**", "/apples", "route.none"],
    ["/apples/**", "/applesauce/x", "route.none"],
    ["/a%2541", "/a%2541", "/a%2541"],
    ["/a%2541", "/a%41", "route.none"],
    ["/**", "/", "route.none"],
    ["/**", "/x", "/**"],
    ["/", "/", "/"],
    ["/a/", "/a/", "/a/"],
    ["/a/", "/a", "route.none"],
    ["/a", "/a/", "route.none"],
    ["/a", "/A", "route.none"],
    ["/apples/*rest", "/apples/and/bananas", ["/apples/*rest", { rest: "and/bananas" }]],
    ["/apples/\\*rest", "/apples/*rest", "/apples/\\*rest"],
    ["/apples/\\*rest", "/apples/x", "route.none"],
    ["/api/<**>", "/api/x/y", "/api/<**>"],
    ["/:*/:id", "/a/b", ["/:*/:id", { id: "b" }]],
    ["/file/:name", "/file/%5Bid%5D", ["/file/:name", { name: "[id]" }]],
    ["/api", "/%61pi", "/api"],
    ["/c%20d", "/c%20d", "/c%20d"],
    ["/c%20d", "/%63%20d", "/c%20d"],
    ["/マ", "/%E3%83%9E", "/マ"],
    ["/:__proto__", "/x", ["/:__proto__", JSON.parse('{"__proto__":"x"}')]],
  ])("%s on %s", (expression, path, expected) => {
    expect(ask(paths(expression), path)).toEqual(expected);
  });
});

describe("specificity", () => {
  const many = paths(
    "/**",
    "/images/*path",
    "/images/:imgname",
    "/images/abc.jpg",
    "/images",
    "/date/:year/:month",
    "/date/:year/month",
    "/date/:year/:month/*post",
    "/date/:year/:month/:post",
    "/date/:year/:month/abc",
    "/:page",
    "/:page/:index",
    "/:something/abc",
    "/users/:pk/:related",
    "/users/:id/updatePassword",
    "/something/**",
  );
  it.each([
    ["/users/abc/updatePassword", ["/users/:id/updatePassword", { id: "abc" }]],
    ["/users/all/something", ["/users/:pk/:related", { pk: "all", related: "something" }]],
    ["/aaa/abc", ["/:something/abc", { something: "aaa" }]],
    ["/aaa/100", ["/:page/:index", { page: "aaa", index: "100" }]],
    ["/paper", ["/:page", { page: "paper" }]],
    ["/images", "/images"],
    ["/images/abc.jpg", "/images/abc.jpg"],
    ["/images/something", ["/images/:imgname", { imgname: "something" }]],
    ["/images/long/path", ["/images/*path", { path: "long/path" }]],
    ["/date/2014/5", ["/date/:year/:month", { year: "2014", month: "5" }]],
    ["/date/2014/month", ["/date/:year/month", { year: "2014" }]],
    ["/date/2014/5/abc", ["/date/:year/:month/abc", { year: "2014", month: "5" }]],
    ["/date/2014/5/def", ["/date/:year/:month/:post", { year: "2014", month: "5", post: "def" }]],
    ["/date/2014/5/d/h/", ["/date/:year/:month/*post", { year: "2014", month: "5", post: "d/h/" }]],
    // Many upstreams take it for /date/:year/:month, whose rule is the stricter one.
    ["/date/2014/05/", "route.unsafe"],
    ["/something/foo/bar", "/something/**"],
    ["/something/foo", "/something/**"],
    ["/other/foo/bar", "/**"],
  ])("%s, whatever the order of the rules", (path, expected) => {
    expect(ask(many, path)).toEqual(expected);
    expect(ask(many.toReversed(), path)).toEqual(expected);
  });

  it("of hosts comes before that of paths, and falls back across them", () => {
    const rules: RuleSketch[] = [
      { id: "1", paths: ["/foo/bar"] },
      { id: "2", paths: ["/**"], hosts: ["*"] },
      { id: "3", paths: ["/foo/bar"], hosts: ["*.example.com"] },
      { id: "4", paths: ["/foo/:bar"], hosts: ["*.example.com"] },
      { id: "6", paths: ["/foo/bar"], hosts: ["FOO.example.com"] },
      { id: "7", paths: ["/**"], hosts: ["foo.example.com", "baz.example.com"] },
      { id: "8", paths: ["/foo/bar"], hosts: ["*.deep.example.com"] },
    ];
    const on = (host: string, path: string) => ask(rules, path, "GET", `https://${host}`);
    expect(on("foo.bar", "/foo/bar")).toBe("1");
    expect(on("foo.bar", "/foo")).toBe("2");
    expect(on("bar.example.com", "/foo/bar")).toBe("3");
    expect(on("bar.example.com", "/foo/baz")).toEqual(["4", { bar: "baz" }]);
    expect(on("a.b.example.com", "/foo/bar")).toBe("3");
    expect(on("x.deep.example.com", "/foo/bar")).toBe("8");
    expect(on("foo.example.com:8443", "/foo/bar")).toBe("6");
    expect(on("foo.example.com", "/foo/baz")).toBe("7");
    expect(on("baz.example.com", "/foo/bar")).toBe("7");
    expect(on("bla.example.com", "/bar")).toBe("2");
    expect(on("example.com", "/foo/bar")).toBe("1");
    expect(on("evilexample.com", "/foo/bar")).toBe("1");
    expect(on(".example.com", "/foo/bar")).toBe("1");
  });
});

describe("conditions, and falling back when they do not hold", () => {
  const team = [["team", "regex", "(team1|team2)"]] as const;
  const files: RuleSketch[] = [
    { id: "rule1", paths: ["/files/**"] },
    { id: "rule2", paths: ["/files/:team/:name"], captures: team, methods: ["GET"] },
    { id: "rule3", paths: ["/files/:team/:name"], captures: team },
    { id: "rule4", paths: ["/files/team3/:name"] },
  ];
  it.each([
    ["GET", "/files/team1/document.pdf", "rule2"],
    ["POST", "/files/team1/document.pdf", "rule3"],
    ["GET", "/files/team3/document.pdf", "rule4"],
    ["GET", "/files/team4/document.pdf", "rule1"],
    ["get", "/files/team1/document.pdf", "rule2"],
  ])("%s %s: %s", (method, path, expected) => {
    expect([ask(files, path, method)].flat()[0]).toBe(expected);
  });

  it("the order of the documents decides between equals", () => {
    const reversed = files.toReversed();
    expect([ask(reversed, "/files/team1/document.pdf")].flat()[0]).toBe("rule3");
  });

  it("a longer path goes to the broader rule", () => {
    const rules = paths("/foo/**", "/foo/bar/:name");
    expect(ask(rules, "/foo/bar/baz/something")).toBe("/foo/**");
    expect(ask(rules, "/foo/bar/something")).toEqual(["/foo/bar/:name", { name: "something" }]);
  });

  it("TRACE is for a rule that names it: it would echo the internal token", () => {
    const any = { id: "any", paths: ["/a"] };
    const named = { id: "named", paths: ["/a"], methods: ["TRACE"] };
    expect(ask([any], "/a", "TRACE")).toBe("route.none");
    expect(ask([any], "/a", "trace")).toBe("route.none");
    expect(ask([any, named], "/a", "TRACE")).toBe("named");
  });

  it("scheme and excluded methods", () => {
    const rules: RuleSketch[] = [
      { id: "https", paths: ["/a"], scheme: "https", excludedMethods: ["DELETE"] },
      { id: "any", paths: ["/:x"] },
    ];
    expect(ask(rules, "/a")).toBe("https");
    expect(ask(rules, "/a", "GET", "http://localhost")).toEqual(["any", { x: "a" }]);
    expect(ask(rules, "/a", "DELETE")).toEqual(["any", { x: "a" }]);
    expect(ask(rules, "/a", "delete")).toEqual(["any", { x: "a" }]);
  });

  it("a constraint on a wildcard that the expression does not have never holds", () => {
    const rules: RuleSketch[] = [
      { id: "a", paths: ["/a/:x"], captures: [["toString", "regex", ".*"]] },
    ];
    expect(ask(rules, "/a/b")).toBe("route.none");
  });

  it("a value too long to be tried meets no constraint", () => {
    const rules: RuleSketch[] = [{ id: "a", paths: ["/:x"], captures: [["x", "regex", "a*"]] }];
    expect(ask(rules, `/${"a".repeat(256)}`)).toEqual(["a", { x: "a".repeat(256) }]);
    expect(ask(rules, `/${"a".repeat(257)}`)).toBe("route.none");
  });

  it("without any rule that fits, the default rule; without that, none", () => {
    const router = createRouter({ rules: [], defaultRule });
    expect(router.match("GET", urlOf("/a")).rule).toBe(defaultRule);
    expect(() => router.match("GET", urlOf("/a%2fb"))).toThrow("route.unsafe");
    expect(ask([], "/a")).toBe("route.none");
  });
});
