import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rows } from "./rows.ts";
import { fragments, type PolicyStage, startPolicyStage } from "./stage.ts";

/** What the other services know; each answers as its specification says, and as its server does. */
const decisions: Readonly<Record<string, (asked: never) => unknown>> = {
  "/v1/data/api/allow": ({ input }: { input: { user: string; method: string } }) =>
    input.user === "nobody" ? {} : { result: input.user === "alice" && input.method === "GET" },
  "/stores/01JDEXAMPLE/check": ({ tuple_key }: { tuple_key: Record<string, string> }) => ({
    allowed:
      JSON.stringify(tuple_key) ===
      '{"user":"user:alice","relation":"viewer","object":"document:plan"}',
  }),
  "/access/v1/evaluation": (asked: { subject: { id: string }; resource: { id: string } }) => ({
    decision: asked.subject.id === "alice" && asked.resource.id === "7",
  }),
};

let stage: PolicyStage;

beforeAll(async () => {
  stage = await startPolicyStage(
    (url) => ({
      "https://opa.example": url,
      "https://openfga.example": url,
      "https://pdp.example": url,
    }),
    decisions,
  );
}, 60_000);
afterAll(() => stage?.stop());

describe.each(["throughWorker", "throughLambda"] as const)("docs/policy.md %s", (way) => {
  test.each(rows)("$name", async ({ asked, code }) => {
    const told = await stage[way](asked);
    if (code === undefined) {
      expect(told).toMatchObject({ status: 200, body: { upstream: true } });
      if (asked.body !== undefined) expect(told.body.body).toBe(asked.body);
      return;
    }
    expect(told.body.code).toBe(code);
    if (code === "policy.step_up") {
      expect(told.challenge).toContain(
        'error="insufficient_user_authentication", acr_values="urn:example:mfa", max_age="300"',
      );
    }
  });
});

test("every document of the page has a row", () => {
  const ids = fragments("rules").flatMap(({ rules = [] }) => rules.map(({ id }) => String(id)));
  expect(ids).toHaveLength(9);
});
