import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/decision.ts";
import { documented } from "./documents.ts";
import { createWorld, request, signedHeaders } from "./world.ts";

const written = {
  contextualizers: '{id: names, type: map, config: {items: {who: "{{ .Subject.ID }}"}}}',
  finalizers: '{id: cookies, type: cookie, config: {cookies: {user: "{{ .Outputs.names.who }}"}}}',
  execute: "{contextualizer: names}, {finalizer: cookies}",
};

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
