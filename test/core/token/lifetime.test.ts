import { expect, test } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { checkLifetime } from "../../../src/token/lifetime.ts";

const [now, leeway] = [1000, 10];

test.each([
  [{ exp: 990 }, "token.expired", { expected: "exp > 990", found: "990" }],
  [{ exp: 2000, nbf: 1011 }, "token.early", { expected: "nbf <= 1010", found: "1011" }],
  [{ exp: 2000, iat: 1011 }, "token.early", { expected: "iat <= 1010", found: "1011" }],
  [{}, "token.malformed", { expected: "exp" }],
  [{ exp: "2000" }, "token.malformed", { expected: "exp as a NumericDate" }],
  [{ exp: 2000, nbf: null }, "token.malformed", { expected: "nbf as a NumericDate" }],
])("%j is refused as %s, and the event says what was expected", (claims, code, detail) => {
  expect(() => checkLifetime({ exp: 991, nbf: 1010, iat: 1010 }, now, leeway)).not.toThrow();
  let refused: unknown;
  try {
    checkLifetime(claims, now, leeway);
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(Refused);
  expect(refused).toMatchObject({ code, detail });
});
