import { describe, expect, test } from "vitest";
import { compilePair, configurationOf, problemsOf, rules, spoil } from "./pair.ts";

const withHeaders = (names: string) =>
  compilePair({
    rules: spoil(
      rules,
      'host: "upstream.example:8081"',
      `host: u.example, forward_headers: ${names}`,
    ),
  });

describe("forward_headers", () => {
  test("lets one through, in lower case, and says what that means", () => {
    const result = withHeaders("[X-Original-URL, X-Api-Key]");
    expect(configurationOf(result).rules[0]?.forwardTo?.forwardHeaders).toEqual([
      "x-original-url",
      "x-api-key",
    ]);
    expect(result.notes.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("any client can send X-Original-URL to this upstream"),
      "X-Api-Key is passed on in any case",
    ]);
  });

  test.each([
    "Authorization",
    "DPoP",
    "Host",
    "Connection",
    "Transfer_Encoding",
    "Proxy-Authorization",
    "X-Forwarded-For",
    "X_Forwarded_Host",
    "Forwarded",
  ])("never %s", (name) => {
    expect(problemsOf(withHeaders(`[${name}]`))).toMatchObject([
      {
        path: "rules[0].forward_to.forward_headers[0]",
        reason: expect.stringContaining(`${name} never goes on to an upstream`),
      },
    ]);
  });

  test("nor what is no header", () => {
    expect(problemsOf(withHeaders('["a b"]'))).toMatchObject([
      { reason: "expected a header name" },
    ]);
  });
});
