import { expect, test } from "vitest";
import { compilePair, mechanisms } from "./pair.ts";

const without = mechanisms.replace("nonce_required: true", "nonce_required: false");
const reasons = (text: string, target?: "aws" | "cloudflare" | "node") => {
  const result = compilePair({ mechanisms: text }, target ? { target } : {});
  return result.ok ? [] : result.problems.map(({ reason }) => reason);
};

test("on AWS a proof without a nonce could pass once in each region: such a pair does not compile", () => {
  expect(reasons(without, "aws")).toEqual([expect.stringContaining("dpop_jwt requires no nonce")]);
});

test("with nonces, for one region, where replay is allowed, and elsewhere it does", () => {
  expect(reasons(mechanisms, "aws")).toEqual([]);
  expect(reasons(`${without}replay: {regions: off}\n`, "aws")).toEqual([]);
  expect(reasons(without.replace("replay_allowed: false", "replay_allowed: true"), "aws")).toEqual(
    [],
  );
  expect(reasons(without)).toEqual([]);
  expect(reasons(without, "cloudflare")).toEqual([]);
});
