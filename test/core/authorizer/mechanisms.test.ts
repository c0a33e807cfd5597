import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/decision.ts";
import { documented } from "./documents.ts";
import { createWorld, request, signedHeaders } from "./world.ts";

const written = {
  contextualizers: '{id: names, type: map, config: {items: {who: "{{ .Subject.ID }}"}}}',
  finalizers: '{id: cookies, type: cookie, config: {cookies: {user: "{{ .Outputs.names.who }}"}}}',
  execute: "{contextualizer: names}, {finalizer: cookies}",
};

/** The code, telling each call of it and of what it makes. */
function watched(code: unknown, tell: () => void): unknown {
  if (typeof code === "function") {
    return (...values: unknown[]) => {
      tell();
      return watched(code(...values), tell);
    };
  }
  if (typeof code !== "object" || code === null || Object.getPrototypeOf(code) !== Object.prototype)
    return code;
  return Object.fromEntries(
    Object.entries(code).map(([name, inner]) => [name, watched(inner, tell)]),
  );
}

describe("mechanisms that are not always there", () => {
  test("are named by the configuration, and no others", () => {
    expect(documented(written).needs).toEqual(["cookie", "map"]);
    expect(documented({ ...written, execute: "" }).needs).toEqual([]);
  });

  test("are no more than an expression's own functions", () => {
    const needs = (expression: string) =>
      documented({
        authorizers: `{id: may, type: cel, config: {expressions: [{expression: '${expression}'}]}}`,
        execute: "{authorizer: may}",
      }).needs;
    expect(needs('Subject.ID.contains("a") && Subject.ID.split("a").size() > 1')).toEqual(["cel"]);
    expect(needs('Subject.ID.charAt(0) == "a"')).toEqual(["cel", "celExtensions"]);
  });

  test("do what the documents say once their code is handed in", async () => {
    const world = createWorld(documented(written));
    const decision = await world.authorizer.authorize(request(await signedHeaders(world)));
    expect(decision).toMatchObject({ kind: "allow" });
    expect(decision.headers.get("Cookie")).toBe("user=alice");
  });

  test("cost nothing where a rule has no policy: none of their code runs", async () => {
    const configuration = documented({
      authorizers: `{id: may, type: cel, config: {expressions: [{expression: 'Subject.ID == "x"'}]}}, {id: asks, type: remote, config: {endpoint: https://opa.example, payload: x}}`,
      contextualizers: '{id: names, type: map, config: {items: {who: "{{ upper .Subject.ID }}"}}}',
      execute: "{contextualizer: names}, {authorizer: may}, {authorizer: asks}",
    });
    const calls: string[] = [];
    const spied = Object.entries(configuration.mechanisms ?? {}).map(([name, code]) => [
      name,
      watched(code, () => calls.push(name)),
    ]);
    const mechanisms = Object.fromEntries(spied);
    const rules = configuration.rules.map((rule) => ({ ...rule, authorizers: [] }));
    const plain = createWorld({ ...configuration, rules, mechanisms });
    const made = calls.length;
    expect(await plain.authorizer.authorize(request(await signedHeaders(plain)))).toMatchObject({
      kind: "allow",
    });
    expect(calls.slice(made)).toEqual([]);

    const judging = createWorld({ ...configuration, mechanisms });
    const before = calls.length;
    await judging.authorizer.authorize(request(await signedHeaders(judging)));
    expect(calls.slice(before)).toEqual(expect.arrayContaining(["map", "templateTexts"]));
  });

  test("fail at once where their code is missing", () => {
    const { mechanisms, ...configuration } = documented(written);
    expect(() => createWorld(configuration)).toThrow(Fault);
    const { cookie: _, ...others } = mechanisms ?? {};
    expect(() => createWorld({ ...configuration, mechanisms: others })).toThrow(
      /needs the mechanism cookie/,
    );
  });

  test("refuse even where a configuration forgot to say what it needs", async () => {
    const { mechanisms: _, ...configuration } = documented(written);
    const world = createWorld({ ...configuration, needs: [] });
    const decision = await world.authorizer.authorize(request(await signedHeaders(world)));
    expect(decision).toMatchObject({ kind: "refuse", status: 500, code: "internal" });
    expect(world.events[0]?.fault).toMatch(/needs the mechanism map/);
  });
});
