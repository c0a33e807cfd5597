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
    ["no_decode", "/files/%2fb", "route.unsafe"],
    ["no_decode", "/files/a%2f%2fb", "route.unsafe"],
    ["on", "/files%2fb", "route.none"],
  ] as const)("%s: %s", (encodedSlashes, path, expected) => {
    const rule = { id: "r", paths: ["/files/:name", "/files/*name"], encodedSlashes };
    expect(ask([rule], "/files/a")).toEqual(["r", { name: "a" }]);
    expect(ask([rule], path)).toEqual(expected);
  });

  it("constraints see what the rule sees", () => {
    const rule = { id: "r", paths: ["/:x", "/*x"] } as const;
    const exactly = (value: string) => ({ ...rule, captures: [["x", "exact", value]] as const });
    expect(ask([{ ...exactly("a/b"), encodedSlashes: "on" }], "/a%2Fb")).toEqual([
      "r",
      { x: "a/b" },
    ]);
    expect(ask([{ ...exactly("a/b"), encodedSlashes: "no_decode" }], "/a%2Fb")).toBe("route.none");
  });

  it("a literal may have one, where the rule has both", () => {
    const rule = {
      id: "r",
      paths: ["/foo%2Fbar/:x", "/foo/bar/:x"],
      encodedSlashes: "no_decode",
    } as const;
    expect(ask([rule], "/foo%2fbar/1")).toEqual(["r", { x: "1" }]);
    expect(ask([{ ...rule, paths: ["/foo%2Fbar/:x"] }], "/foo%2fbar/1")).toBe("route.unsafe");
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

  it.each(["on", "no_decode"] as const)("a broader rule may be the stricter one: %s", (slashes) => {
    const file = { id: "file", paths: ["/files/public/:name"], encodedSlashes: slashes };
    const rest = { id: "rest", paths: ["/files/**"] };
    expect(ask([file, rest], "/files/public/a")).toEqual(["file", { name: "a" }]);
    expect(ask([file, rest], "/files/public/a%2fb")).toBe("route.unsafe");
    expect(ask([file], "/files/public/a%2fb")).toBe("route.unsafe");
    const both = { ...file, paths: [...file.paths, "/files/public/*name"] };
    expect(ask([both, rest], "/files/public/a%2fb")).toMatchObject(["file", {}]);
  });

  it.each([
    ["glob", "*.png"],
    ["regex", ".*\\.png"],
  ] as const)("a parameter does not meet a condition: %s %s", (type, value) => {
    const captures = [["file", type, value]] as const;
    for (const paths of [["/assets/:file"], ["/assets/*file"], ["/:file/x"]]) {
      const path = (file: string) => (paths[0] ?? "").replace(/[:*]file/, file);
      const asked = (file: string) => ask([{ id: "r", paths, captures }], path(file));
      expect(asked("a.png")).toEqual(["r", { file: "a.png" }]);
      expect(asked("a.png;v=2")).toBe("route.none");
      for (const secret of [
        "secret.txt;.png",
        "secret.txt%3b.png",
        "secret.txt%3B.png",
        "a;b;.png",
      ])
        expect(asked(secret), secret).toBe("route.unsafe");
      expect(asked("a.png;.png")).toEqual(["r", { file: "a.png;.png" }]);
    }
  });

  it("a slash at the end does not meet a condition", () => {
    const rule = {
      id: "folders",
      paths: ["/assets/*file"],
      captures: [["file", "regex", ".*/"]],
    } as const;
    expect(ask([rule], "/assets/secret/")).toBe("route.unsafe");
  });

  it.each([
    ["/users/", ["/users/"], "open"],
    ["/users", ["/users"], "open"],
    ["/users/5", ["/users/:id"], ["open", { id: "5" }]],
    ["/users/5/", ["/users/:id/"], ["open", { id: "5" }]],
  ])("an expression says where a path ends: %s", (path, paths, expected) => {
    expect(ask([{ id: "open", paths }], path)).toEqual(expected);
  });

  it.each(["/health", "/users/5"])("%s beside a rule for everything is its own", (path) => {
    const rules: RuleSketch[] = [
      { id: "open", paths: ["/health", "/users/:*"] },
      { id: "everything", paths: ["/**"] },
    ];
    expect(ask(rules, path)).toBe("open");
    // With a slash it is everything's to guard, as far as an upstream knows.
    expect(ask(rules, `${path}/`)).toBe("route.unsafe");
  });

  it("a stranger's path of nothing but parameters is read once, not once for each", () => {
    const open: RuleSketch = { id: "open", paths: ["/**"] };
    expect(ask([open], `/a${";".repeat(500_000)}/x`)).toBe("open");
    expect(ask([open], `/a${";x".repeat(250_000)}/x`)).toBe("open");
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
    ["/api/two/", "route.unsafe"],
    ["/api/two", "route.unsafe"],
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
