import { expect, test } from "vitest";
import { withOneCookie } from "../../../src/forward/cookie.ts";

test.each([
  [["a=1", "b=2"], "a=1; b=2"],
  [["a=1; b=2", "c=3"], "a=1; b=2; c=3"],
  [["a=1, b", "c=3"], "a=1, b; c=3"],
  [["a=1"], "a=1"],
  [["when=Mon, 1 Jan"], "when=Mon, 1 Jan"],
  [["a=x,b=2"], "a=x,b=2"],
  [[], null],
])("the Cookie fields %j are %j", (fields, expected) => {
  const headers = new Headers(fields.map((value): [string, string] => ["Cookie", value]));
  const request = { method: "GET", url: "https://api.example.com/", headers };
  expect(withOneCookie(request).headers.get("Cookie")).toBe(expected);
});
