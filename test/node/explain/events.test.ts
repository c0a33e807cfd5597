import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { root } from "../cli/run-cli.ts";

const event = {
  v: 1,
  time: "2026-11-25T10:30:12.250Z",
  request_id: "id-1",
  outcome: "refuse",
  status: 401,
  code: "proof.htu",
  expected: "https://a.example/x",
  found: "https://a.example/y",
  method: "GET",
  path: "/x",
  duration: 2,
};
const allow = { ...event, outcome: "allow", status: 200, code: undefined };

function explained(events: readonly object[], ...args: string[]) {
  const input = events.map((each) => JSON.stringify(each)).join("\n");
  const main = [`${root}cli/main.ts`, "explain", "--event", ...args];
  try {
    return { code: 0, said: execFileSync(process.execPath, main, { input, encoding: "utf8" }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, said: `${stdout}${stderr}` };
  }
}

describe("explain --event", () => {
  test("says what to change, from the event alone", () => {
    expect(explained([event])).toEqual({
      code: 1,
      said: [
        "GET /x  id-1",
        "  Refused: 401 invalid_dpop_proof, proof.htu. The proof was made for another URL.",
        "    expected  https://a.example/x",
        "    found     https://a.example/y",
        "  Change: Set htu to the URL that is really asked, as the client sees it, without query; make a new proof for every redirect hop.",
        "",
      ].join("\n"),
    });
  });

  test("tells of clocks, upstreams, shadow, faults and floods too", () => {
    const { code, said } = explained([
      { ...event, code: "proof.iat", clock_skew: 180, proof_age: -180, count: 7 },
      { ...allow, status: 504, upstream: { problem: "late" } },
      { ...allow, status: 499, upstream: { duration: 7 } },
      { ...allow, status: 499 },
      { ...allow, would: "token.unbound" },
      { ...event, status: 500, code: "internal", fault: "no such secret" },
      { ...allow, revocation: "unchecked" },
      { ...event, code: "later.than-this" },
    ]);
    expect(code).toBe(1);
    for (const says of [
      "clock is at least 180 s ahead",
      "the proof was made 180 s ahead",
      "stands for 7 requests",
      "Behind the edge: late. The upstream did not answer in time.",
      "left before its answer: the upstream had been asked, and may have acted",
      "left before its answer: nothing was sent to the upstream",
      "required would have refused it: token.unbound",
      "For the operator: no such secret",
      "No list of revocations was at hand",
      "later.than-this, a code that this version does not know",
    ])
      expect(said).toContain(says);
  });

  test("--short: a line each; --json; allows alone end with 0", () => {
    const { said } = explained([event, allow], "--short");
    expect(said.split("\n")).toEqual([
      expect.stringMatching(/^GET \/x {3}Refused: 401 .* Set htu /),
      "GET /x   Allowed.",
      "",
    ]);
    expect(JSON.parse(explained([event], "--json").said)).toMatchObject({
      ok: false,
      events: [{ refused: "proof.htu", request_id: "id-1" }],
    });
    expect(explained([allow]).code).toBe(0);
  });

  test("an input without an event: exit code 2", () => {
    const { code, said } = explained([{ a: 1 }]);
    expect([code, said]).toEqual([2, expect.stringContaining("no event in the input")]);
  });
});
