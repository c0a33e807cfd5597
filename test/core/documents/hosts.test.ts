import { expect, test } from "vitest";
import { compilePair, configurationOf, rules, spoil } from "./pair.ts";

const hosts = (written: string) => {
  const changed = spoil(rules, "hosts: [api.example.com]", `hosts: ["${written}"]`);
  return configurationOf(compilePair({ rules: changed })).rules[0]?.match.hosts;
};

// A rule that never matches leaves its requests to a broader one.
test.each([
  ["API.Example.com", "api.example.com"],
  ["bücher.example", "xn--bcher-kva.example"],
  ["*.bücher.example", "*.xn--bcher-kva.example"],
  ["api.example.com:443", "api.example.com"],
  ["api.example.com:8443", "api.example.com:8443"],
  ["*.example.com:443", "*.example.com"],
  ["127.1", "127.0.0.1"],
])("the host %s is compared as a request spells it: %s", (written, expected) => {
  expect(hosts(written)).toEqual([expected]);
});

test("* is any host", () => {
  expect(hosts("*")).toEqual([]);
});
