import { describe, expect, it } from "vitest";
import { ask, type RuleSketch } from "./rules.ts";

describe("encoded slashes", () => {
  it.each([
    ["off", "/files/a%2fb", "route.unsafe"],
    ["off", "/files/a%2Fb", "route.unsafe"],
    ["on", "/files/a%2fb%5B", ["r", { name: "a/b[" }]],
    ["no_decode", "/files/a%2fb%5B", ["r", { name: "a%2fb[" }]],
    ["no_decode", "/files/a%2Fb", ["r", { name: "a%2Fb" }]],
    ["on", "/files/%2fb", "route.unsafe"],
    ["on", "/files%2fb", "route.none"],
  ] as const)("%s: %s", (encodedSlashes, path, expected) => {
    const rule = { id: "r", paths: ["/files/:name"], encodedSlashes };
    expect(ask([rule], "/files/a")).toEqual(["r", { name: "a" }]);
    expect(ask([rule], path)).toEqual(expected);
  });

  it("constraints see what the rule sees", () => {
    const rule = { id: "r", paths: ["/:x"], captures: [["x", "exact", "a/b"]] } as const;
    expect(ask([{ ...rule, encodedSlashes: "on" }], "/a%2Fb")).toEqual(["r", { x: "a/b" }]);
    expect(ask([{ ...rule, encodedSlashes: "no_decode" }], "/a%2Fb")).toBe("route.none");
  });

  it("a literal may have one", () => {
    const rule = { id: "r", paths: ["/foo%2Fbar/:x"], encodedSlashes: "no_decode" } as const;
    expect(ask([rule], "/foo%2fbar/1")).toEqual(["r", { x: "1" }]);
    expect(ask([rule], "/foo/bar/1")).toBe("route.none");
  });
});

describe("a path that the upstream would take for another rule's", () => {
  const guarded: RuleSketch[] = [
    { id: "open", paths: ["/**", "/open/:x"], encodedSlashes: "on" },
    { id: "admin", paths: ["/admin/**", "/admin"] },
  ];
  it.each([
    ["/open/a;v=1", ["open", { x: "a;v=1" }]],
    ["/x;v=1/y", "open"],
    ["/admin;x", "route.unsafe"],
    ["/admin;x/y", "route.unsafe"],
    ["/admin%3bx/y", "route.unsafe"],
    ["/admin%2fy", "route.unsafe"],
    ["/admin;x%2fy", "route.unsafe"],
    ["/admin/y;x", "admin"],
    ["/open/a%2fb", ["open", { x: "a/b" }]],
  ])("%s", (path, expected) => {
    expect(ask(guarded, path)).toEqual(expected);
  });

  it("is let in when only a broader rule would take it, unless the edge itself sends it there", () => {
    const rules = (encodedSlashes: "on" | "no_decode"): RuleSketch[] => [
      { id: "file", paths: ["/files/:name"], encodedSlashes },
      { id: "rest", paths: ["/**"] },
    ];
    expect(ask(rules("no_decode"), "/files/a%2fb")).toEqual(["file", { name: "a%2fb" }]);
    expect(ask(rules("on"), "/files/a%2fb")).toBe("route.unsafe");
  });

  it("is refused without decoding too", () => {
    const rules: RuleSketch[] = [
      { id: "open", paths: ["/api/:id"], encodedSlashes: "no_decode" },
      { id: "admin", paths: ["/api/admin/:op"] },
    ];
    expect(ask(rules, "/api/admin%2fdelete")).toBe("route.unsafe");
  });

  it.each([
    ["/api/admin", "admin"],
    ["/api/admin/", "route.unsafe"],
    ["/api/admin;/", "route.unsafe"],
    ["/api/admin;x/", "route.unsafe"],
    ["/api/users/", "open"],
    ["/api/both", "both"],
    ["/api/both/", "both"],
    ["/api/two/", "two/"],
    ["/api/two", "two"],
  ])("a slash at the end does not step around the stricter rule: %s", (path, expected) => {
    const rules: RuleSketch[] = [
      { id: "open", paths: ["/api/**"] },
      { id: "admin", paths: ["/api/admin"] },
      { id: "both", paths: ["/api/both", "/api/both/"] },
      { id: "two", paths: ["/api/two"] },
      { id: "two/", paths: ["/api/two/"] },
    ];
    expect(ask(rules, path)).toBe(expected);
  });

  it("is refused when a rule as specific would", () => {
    const rules: RuleSketch[] = [
      { id: "file", paths: ["/files/:name"], encodedSlashes: "on" },
      { id: "nested", paths: ["/files/:a/:b"] },
    ];
    expect(ask(rules, "/files/a%2fb")).toBe("route.unsafe");
  });
});
