import { describe, expect, test } from "vitest";
import { parseSize } from "../../../src/documents/size.ts";
import { compilePair, configurationOf, mechanisms, problemsOf, spoil } from "./pair.ts";

const withLimits = (limits: string) =>
  compilePair({
    mechanisms: spoil(mechanisms, "  timeout: {read: 20s}", `  limits: ${limits}`),
  });

describe("serve.limits", () => {
  test("16 KiB, 8 KiB and 64 KiB where nothing is said", () => {
    const limits = { token: 16_384, proof: 8192, body: 65_536 };
    expect(configurationOf(compilePair()).limits).toEqual(limits);
    expect(configurationOf(withLimits("{proof: 4KiB}")).limits).toEqual({ ...limits, proof: 4096 });
  });

  test("a number of bytes, or with a unit", () => {
    expect(configurationOf(withLimits('{token: 1000, proof: "2000", body: 1MiB}')).limits).toEqual({
      token: 1000,
      proof: 2000,
      body: 1_048_576,
    });
  });

  test.each([
    ["{token: 16KB}", "expected a size such as 16KiB"],
    ["{token: -1}", "at least 1"],
    ["{token: 0}", "at least 1"],
    ["{token: 0KiB}", "a limit is at least 1 byte"],
    ["{token: 1.5}", "expected"],
    ["{proof: 65KiB}", "at most 64KiB"],
    ["{body: 99999999999999999999MiB}", "at most 10240KiB"],
  ])("%s is a problem", (limits, reason) => {
    expect(problemsOf(withLimits(limits))).toMatchObject([
      { path: expect.stringMatching(/^serve\.limits\./), reason: expect.stringContaining(reason) },
    ]);
  });
});

test.each([
  ["0", 0],
  ["16KiB", 16_384],
  ["2MiB", 2_097_152],
  ["5B", 5],
  ["5kib", undefined],
  ["1.5KiB", undefined],
  ["", undefined],
  ["KiB", undefined],
])("the size %j", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});
