import { expect, test } from "vitest";
import type { Target } from "../../../src/documents/index.ts";
import { compilePair, configurationOf, mechanisms, problemsOf, spoil } from "./pair.ts";

const compiled = (settings: string, target?: Target) =>
  compilePair(
    { mechanisms: spoil(mechanisms, "serve:", `serve:\n  revocation: ${settings}`) },
    target ? { target } : {},
  );
const notes = (settings: string, target?: Target) =>
  compiled(settings, target)
    .notes.filter(({ path }) => path.startsWith("serve.revocation"))
    .map(({ path }) => path);

test("a list is asked, and its code travels, only where the documents have one", () => {
  expect(configurationOf(compilePair()).needs).not.toContain("revocation");
  expect(configurationOf(compilePair())).not.toHaveProperty("revocation");
  const configuration = configurationOf(compiled("{}"));
  expect(configuration.revocation).toEqual({ staleness: 10, onFailure: "refuse" });
  expect(configuration.needs).toContain("revocation");
});

test("all of it can be set", () => {
  const settings = "{staleness: 30s, on_failure: pass, access: {source: idp_key}}";
  expect(configurationOf(compiled(settings, "cloudflare")).revocation).toEqual({
    staleness: 30,
    onFailure: "pass",
    access: { source: "idp_key" },
  });
});

test.each([
  ["{staleness: 0s}", "serve.revocation.staleness"],
  ["{staleness: 500ms}", "serve.revocation.staleness"],
  ["{staleness: 301s}", "serve.revocation.staleness"],
  ["{staleness: soon}", "serve.revocation.staleness"],
  ["{on_failure: ignore}", "serve.revocation.on_failure"],
  ["{access: {source: nowhere}}", "serve.revocation.access.source"],
  ["{access: public}", "serve.revocation.access"],
  ["{access: {source: nonce_keys}}", "serve.revocation.access.source"],
  ["{key: k}", "serve.revocation.key"],
])("%s is a problem", (settings, path) => {
  expect(problemsOf(compiled(settings)).map((problem) => problem.path)).toEqual([path]);
});

test.each(["1s", "5m"])("%s is a bound", (staleness) => {
  expect(problemsOf(compiled(`{staleness: ${staleness}}`))).toEqual([]);
});

test("what passes without a list, and what cannot be written, is noted", () => {
  const access = "access: {source: idp_key}";
  expect(notes(`{${access}}`, "cloudflare")).toEqual([]);
  expect(notes("{}", "cloudflare")).toEqual(["serve.revocation"]);
  expect(notes("{}", "aws")).toEqual([]);
  expect(notes("{on_failure: pass}", "aws")).toEqual(["serve.revocation.on_failure"]);
});

test("on AWS nobody writes over HTTP: access is dropped, and said", () => {
  const settings = "{access: {source: idp_key}}";
  expect(notes(settings, "aws")).toEqual(["serve.revocation.access"]);
  expect(configurationOf(compiled(settings, "aws")).revocation).toEqual({
    staleness: 10,
    onFailure: "refuse",
  });
});
