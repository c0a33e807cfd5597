import fc from "fast-check";
import { expect, test } from "vitest";
import type { ScopeRequirement } from "../../../src/configuration.ts";
import { checkScopes } from "../../../src/policy/scopes.ts";

function allows(
  strategy: ScopeRequirement["strategy"],
  required: string[],
  granted: string[],
): boolean {
  try {
    checkScopes({ strategy, values: required }, granted);
    return true;
  } catch (refused) {
    expect(refused).toMatchObject({ code: "policy.scope" });
    return false;
  }
}

test.each([
  ["exact", "read", ["read"], true],
  ["exact", "read", ["Read"], false],
  ["exact", "read", [], false],
  ["exact", "photo.read", ["photo"], false],
  ["hierarchic", "photo.read", ["photo"], true],
  ["hierarchic", "photo.read.raw", ["photo.read"], true],
  ["hierarchic", "photo", ["photo.read"], false],
  ["hierarchic", "photos.read", ["photo"], false],
  ["wildcard", "photo.read", ["photo.*"], true],
  ["wildcard", "photo.read.raw", ["photo.*"], true],
  ["wildcard", "photo", ["photo.*"], false],
  ["wildcard", "photo.", ["photo.*"], false],
  ["wildcard", "photo.read", ["*.read"], true],
  ["wildcard", "photo.read.raw", ["*.read"], false],
  ["wildcard", "photo.read", ["photo"], false],
] as const)("%s: %s needs, %j has: %s", (strategy, required, granted, allowed) => {
  expect(allows(strategy, [required], [...granted])).toBe(allowed);
});

test("all scopes are needed, whatever the strategy; without a requirement none is", () => {
  for (const strategy of ["exact", "hierarchic", "wildcard"] as const) {
    expect(allows(strategy, ["a", "b"], ["a"])).toBe(false);
    expect(allows(strategy, ["a", "b"], ["b", "a"])).toBe(true);
  }
  expect(() => checkScopes(undefined, [])).not.toThrow();
});

test("hierarchic and wildcard never grant what no granted scope is a prefix or pattern of", () => {
  const part = fc.stringMatching(/^[a-c]{1,2}$/);
  const scope = fc.array(part, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(scope, scope, (granted, required) => {
      const prefix = granted.every((each, index) => each === required[index]);
      expect(allows("hierarchic", [required.join(".")], [granted.join(".")])).toBe(prefix);
      const same = prefix && granted.length === required.length;
      expect(allows("wildcard", [required.join(".")], [granted.join(".")])).toBe(same);
    }),
  );
});
