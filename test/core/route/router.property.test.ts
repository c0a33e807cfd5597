import fc from "fast-check";
import { expect, it } from "vitest";
import { createRouter, type Router } from "../../../src/route/router.ts";
import type { RequestUrl } from "../../../src/runtime.ts";
import { type RuleSketch, ruleOf, urlOf } from "./rules.ts";

/** The specification, naively: regular expressions over the whole path, and a walk that tries kinds in order. */
function reference(sketches: readonly RuleSketch[], method: string, host: string, path: string) {
  const candidates = sketches.flatMap((rule) =>
    rule.paths.flatMap((expression) =>
      (rule.hosts?.length ? rule.hosts : ["*"]).map((on) => ({ rule, expression, on })),
    ),
  );
  const fitting = candidates.filter(
    ({ rule, expression, on }) =>
      whole(expression).test(decodeURIComponent(path)) &&
      (on === "*" || on === host || (on.startsWith("*.") && host.endsWith(on.slice(1)))) &&
      (!rule.methods?.length || rule.methods.includes(method)),
  );
  const byHost = ["exact", "wildcard", "any"].map((kind) =>
    fitting.filter(({ on }) => hostKind(on) === kind),
  );
  const closest = byHost.find((group) => group.length > 0) ?? [];
  return walk(closest, 1)?.rule.id;
}

function walk<T extends { expression: string }>(
  candidates: readonly T[],
  position: number,
): T | undefined {
  if (candidates.length <= 1) return candidates[0];
  const kindOf = (candidate: T) => segmentKind(candidate.expression.split("/")[position]);
  for (const kind of ["literal", "one", "rest"]) {
    const group = candidates.filter((candidate) => kindOf(candidate) === kind);
    if (group.length > 0) return walk(group, position + 1);
  }
  return candidates[0];
}

function segmentKind(segment: string | undefined): string {
  if (segment === undefined) return "end";
  if (segment.startsWith("*")) return "rest";
  return segment.startsWith(":") ? "one" : "literal";
}

function hostKind(host: string): string {
  if (host === "*") return "any";
  return host.startsWith("*.") ? "wildcard" : "exact";
}

function whole(expression: string): RegExp {
  const source = expression.replace(/:[\w*]+/g, "[^/]+").replace(/\*\w*\*?$/, ".+");
  return new RegExp(`^${source}$`);
}

const otherEnd = (raw: string): string => (raw.endsWith("/") ? raw.slice(0, -1) : `${raw}/`);

function isRefused(router: Router, method: string, url: RequestUrl): boolean {
  try {
    router.match(method, url);
    return false;
  } catch (refused) {
    expect(refused).toMatchObject({ code: "route.unsafe" });
    return true;
  }
}

const literal = fc.constantFrom("a", "b", "cd");
const one = fc.constantFrom(":*", ":x");
const expression = fc
  .tuple(
    fc.array(fc.oneof(literal, one), { maxLength: 3 }),
    fc.constantFrom("", "/", "/**", "/*rest"),
  )
  .map(([segments, end]) => segments.map((segment) => `/${segment}`).join("") + end)
  .filter((text) => text !== "" && !/:x.*:x/.test(text));
const rule = fc.record({
  paths: fc.array(expression, { minLength: 1, maxLength: 2 }),
  hosts: fc.subarray(["h.example", "*.example", "other.test"]),
  methods: fc.subarray(["GET", "POST"]),
});
const rules = fc
  .array(rule, { maxLength: 8 })
  .map((list) => list.map((sketch, at): RuleSketch => ({ id: `rule ${at}`, ...sketch })));
const path = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "cd", "%61", "c%64", "x"), { maxLength: 4 }),
    fc.constantFrom("", "/"),
  )
  .map(([segments, end]) => segments.map((segment) => `/${segment}`).join("") + end)
  .map((text) => text || "/");
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT"),
  host: fc.constantFrom("h.example", "g.example", "other.test", "example"),
  path,
});

it("matches as the naive reference does", () => {
  let matched = 0;
  fc.assert(
    fc.property(rules, fc.array(request, { minLength: 1, maxLength: 8 }), (sketches, requests) => {
      const router = createRouter({ rules: sketches.map(ruleOf) });
      for (const { method, host, path: raw } of requests) {
        const expected = reference(sketches, method, host, raw);
        const url = urlOf(raw, `https://${host}`);
        if (expected === undefined) {
          expect(() => router.match(method, url)).toThrow("route.none");
        } else {
          const other = reference(sketches, method, host, otherEnd(raw));
          if (other !== undefined && other !== expected && isRefused(router, method, url)) continue;
          expect(router.match(method, url).rule.id).toBe(expected);
          matched++;
        }
      }
    }),
    { numRuns: 1000 },
  );
  expect(matched).toBeGreaterThan(500);
});

it("a capture is the decoded text in the wildcard's place", () => {
  const text = fc
    .string({ minLength: 1, unit: "binary" })
    .filter((value) => value.isWellFormed() && !value.includes("/"));
  const router = createRouter({
    rules: [ruleOf({ id: "r", paths: ["/a/:one/*rest"], encodedSlashes: "no_decode" })],
  });
  fc.assert(
    fc.property(text, fc.array(text, { minLength: 1, maxLength: 3 }), (first, others) => {
      const raw = `/a/${encodeURIComponent(first)}/${others.map(encodeURIComponent).join("/")}`;
      const matched = router.match("GET", { ...urlOf("/"), path: raw });
      expect(matched.captures).toEqual({ one: first, rest: others.join("/") });
    }),
  );
});

/** What a server that drops parameters and decodes slashes ends up with. */
const resolved = (raw: string): string => raw.replace(/%2f/gi, "/").replace(/(?:;|%3b)[^/]*/gi, "");

const odd = fc
  .array(
    fc.constantFrom("/a", "/b", "/cd", ";a", "%3bb", "%2fa", "%2Fcd", ";", "%2f", "/x;.a", "/"),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(""))
  .filter((text) => text.startsWith("/") && !/\/\/|\/(?:;|%3b)/i.test(text));
const condition = fc.record({
  encodedSlashes: fc.constantFrom("on", "no_decode", "off"),
  captures: fc.constantFrom([], [["x", "regex", ".*a"]], [["x", "glob", "*b"]]),
});

it("whoever passes by a rule passes by it in every reading", () => {
  let passed = 0;
  const conditional = fc
    .array(fc.tuple(rule, condition), { minLength: 1, maxLength: 6 })
    .map((list) =>
      list.map(([sketch, { captures, ...more }], at): RuleSketch => {
        const named = sketch.paths.every((text) => text.includes(":x"));
        return {
          id: `rule ${at}`,
          ...sketch,
          ...more,
          ...(named ? { captures } : {}),
        } as RuleSketch;
      }),
    );
  fc.assert(
    fc.property(conditional, fc.array(odd, { minLength: 8, maxLength: 8 }), (sketches, paths) => {
      const router = createRouter({ rules: sketches.map(ruleOf) });
      const idOf = (raw: string) => {
        try {
          return router.match("GET", urlOf(raw, "https://h.example")).rule.id;
        } catch (refused) {
          return String(Reflect.get(Object(refused), "code"));
        }
      };
      for (const raw of paths) {
        const id = idOf(raw);
        if (id.startsWith("route.")) continue;
        expect(resolved(raw)).not.toContain("//");
        expect(idOf(resolved(raw))).toBe(id);
        const unslashed = resolved(raw).replace(/(?<=.)\/$/, "");
        expect([id, "route.none"]).toContain(idOf(unslashed));
        if (raw !== resolved(raw)) passed++;
      }
    }),
    { numRuns: 2000 },
  );
  expect(passed).toBeGreaterThan(20);
});
