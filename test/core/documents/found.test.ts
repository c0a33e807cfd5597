import { expect, test } from "vitest";
import { describe } from "../../../src/documents/found.ts";

// What is shown helps; what may be a secret is never shown.
test.each([
  [["secret_management", "keys", "type"], true],
  [["secret_management", "keys", "config", "path"], true],
  [["secret_management", "keys", "config", "secret"], false],
  [["secret_management", "keys", "config", "key"], false],
  [["secret_management", "keys", "config", "entry", "password"], false],
  [["mechanisms", "finalizers", 0, "config", "values", "tenant"], true],
  [["mechanisms", "finalizers", 0, "config", "headers", "X-Key"], false],
  [["config", "endpoint", "headers", "source"], false],
  [["config", "endpoint", "auth", "type"], true],
  [["config", "endpoint", "auth", "config", "in"], true],
  [["config", "endpoint", "auth", "config", "user_id"], true],
  [["config", "endpoint", "auth", "config", "value"], false],
  [["config", "endpoint", "auth", "config", "client_secret"], false],
  [["config", "client_secret"], false],
  [["config", "password"], false],
  [["config", "password", "source"], true],
] as const)("%j", (path, shown) => {
  expect(describe("hunter2", path)).toBe(shown ? '"hunter2"' : "a text");
});
