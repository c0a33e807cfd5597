import { describe, expect, test } from "vitest";
import { carryOut, type Expected, isCaught } from "../../../demo/attack.ts";
import type { Answer } from "../../../demo/wire.ts";

const answer = (status: number, code?: string): Answer => ({
  status,
  headers: new Headers(),
  body: JSON.stringify({ error: "invalid_dpop_proof", code }),
});
const passes = answer(200);
const replayed = answer(401, "proof.replayed");
const single: Expected = { status: 401, code: "proof.htu", passes: 0 };
const copies: Expected = { status: 401, code: "proof.replayed", passes: 1 };

describe("an attack is caught only by its status and its code in every answer", () => {
  const rows: [string, readonly Answer[], Expected, boolean][] = [
    ["refused as it must be", [answer(401, "proof.htu")], single, true],
    ["let through", [passes], single, false],
    ["refused with another code", [answer(401, "proof.iat")], single, false],
    ["refused with another status", [answer(400, "proof.htu")], single, false],
    ["refused without a code", [answer(401)], single, false],
    ["an error page in place of JSON", [{ ...answer(401), body: "<html>" }], single, false],
    ["no answer at all", [], single, false],
    ["one copy passes", [passes, replayed, replayed], copies, true],
    ["the other copy passes", [replayed, replayed, passes], copies, true],
    ["two copies pass", [passes, passes, replayed], copies, false],
    ["every copy passes", [passes, passes], copies, false],
    ["no copy passes", [replayed, replayed], copies, false],
    [
      "a copy fails otherwise",
      [passes, replayed, answer(503, "replay.unavailable")],
      copies,
      false,
    ],
  ];
  test.each(rows)("%s", (_name, answers, expected, caught) => {
    expect(isCaught(answers, expected)).toBe(caught);
  });
});

test("an outcome shows what came back", async () => {
  const outcome = await carryOut(
    {
      name: "copies",
      sent: "three",
      expected: copies,
      attempt: async () => [replayed, passes, replayed],
    },
    undefined,
  );
  expect(outcome).toEqual({
    attack: "copies",
    sent: "three",
    status: "1 x 200, 2 x 401",
    error: "invalid_dpop_proof",
    code: "proof.replayed",
    caught: true,
  });
});
