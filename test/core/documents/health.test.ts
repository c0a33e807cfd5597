import { expect, test } from "vitest";
import { compilePair, configurationOf, mechanisms, problemsOf, spoil } from "./pair.ts";

const withHealth = (access: string) =>
  compilePair({ mechanisms: spoil(mechanisms, "serve:", `serve:\n  health: {access: ${access}}`) });

test("health travels only where the documents have it", () => {
  expect(configurationOf(compilePair()).needs).not.toContain("health");
  const configuration = configurationOf(withHealth("public"));
  expect(configuration.health).toEqual({ access: "public" });
  expect(configuration.needs).toContain("health");
});

test("a secret that is not declared is a problem", () => {
  expect(problemsOf(withHealth("{source: nowhere}")).map(({ path }) => path)).toEqual([
    "serve.health.access.source",
  ]);
});
