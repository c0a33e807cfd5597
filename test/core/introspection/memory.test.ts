import { expect, test } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { createMemory } from "../../../src/introspection/memory.ts";

const token = { claims: {}, ath: "", scopes: [] };

test("a flood of made-up tokens pushes out no active one", () => {
  const memory = createMemory();
  memory.remember("real", { kind: "active", askedAt: 0, until: 60_000, token }, 0);
  const refused = new Refused("token.inactive");
  for (let index = 0; index < 5000; index += 1)
    memory.remember(`made up ${index}`, { kind: "refused", askedAt: 0, refused }, 0);
  expect(memory.recall("real", 1)).toBe(token);
  expect(memory.recall("made up 0", 1)).toBeUndefined();
  expect(() => memory.recall("made up 4999", 1)).toThrow(Refused);
});

test("a flood of active ones ends at its bound", () => {
  const memory = createMemory();
  for (let index = 0; index < 2049; index += 1)
    memory.remember(`${index}`, { kind: "active", askedAt: 0, until: 60_000, token }, 0);
  expect([memory.recall("0", 1), memory.recall("1", 1)]).toEqual([undefined, token]);
});

test("a clock that fell back does not keep later answers out", () => {
  const memory = createMemory();
  const refused = new Refused("token.inactive");
  memory.remember("t", { kind: "active", askedAt: 90_000, until: 99_000, token }, 90_000);
  memory.remember("t", { kind: "refused", askedAt: 10_000, refused }, 10_000);
  expect(() => memory.recall("t", 10_001)).toThrow(Refused);
});

test("an answer that is too long is not kept", () => {
  const memory = createMemory();
  for (const [id, length] of [
    ["short", 16_000],
    ["long", 17_000],
  ] as const) {
    const said = { ...token, claims: { x: "x".repeat(length) } };
    memory.remember(id, { kind: "active", askedAt: 0, until: 60_000, token: said }, 0);
  }
  expect(memory.recall("short", 1)).toBeDefined();
  expect(memory.recall("long", 1)).toBeUndefined();
});
