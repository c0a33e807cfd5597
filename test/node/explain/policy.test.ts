import { describe, expect, test } from "vitest";
import { createSetting } from "../../../cli/explain/setting.ts";
import { walk } from "../../../cli/explain/walk.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import { isJsonObject } from "../../../src/jws/json.ts";
import { documented, type Written } from "../../core/authorizer/documents.ts";
import { createWorld, noNonce, request, signedHeaders } from "../../core/authorizer/world.ts";

async function steps(
  written: Written,
  claims: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) {
  const configuration = documented(written);
  const world = createWorld(configuration);
  const now = () => world.clock.seconds * 1000;
  const jwks: unknown = await (await world.jwks()).json();
  if (!isJsonObject(jwks as never)) throw new Error("no keys");
  const setting = createSetting({ configuration, jwks: jwks as never, now });
  const signed = await signedHeaders(world, { claims });
  const { method, url, headers: all } = request({ ...signed, ...headers });
  const replay = createMemoryReplay({ now, window: 130 });
  const { findings, refused } = await walk({ method, url, headers: all }, setting, replay);
  return { refused, steps: findings.filter(({ check }) => check === "policy.steps") };
}

const cel = (expression: string) => ({
  authorizers: `{id: may, type: cel, config: {expressions: [{expression: ${JSON.stringify(expression)}, message: may not}]}}`,
  execute: "{authorizer: may}",
});

test("explain says that only the edge has a list of revocations, where the documents have one", async () => {
  const world = createWorld(noNonce);
  const now = () => world.clock.seconds * 1000;
  const replay = createMemoryReplay({ now, window: 130 });
  for (const changed of [{}, { revocation: { staleness: 10, onFailure: "refuse" as const } }]) {
    const setting = createSetting({ configuration: { ...noNonce, ...changed }, now });
    const { method, url, headers } = request({ ...(await signedHeaders(world)) });
    const { findings, refused } = await walk({ method, url, headers }, setting, replay);
    expect(refused).toBeUndefined();
    const order = findings.map(({ check }) => check);
    const told = findings.filter(({ check }) => check === "revocation");
    if (!("revocation" in changed)) expect(told).toEqual([]);
    else {
      expect(told).toMatchObject([{ outcome: "skipped", why: expect.stringContaining("--list") }]);
      expect(order.indexOf("revocation")).toBe(order.indexOf("replay") - 1);
    }
  }
});

describe("explain walks the policy", () => {
  test("says which part of an expression was false, and what it saw", async () => {
    const expression = 'Request.Method == "GET" && "admin" in Subject.Attributes.roles';
    const told = await steps(cel(expression), { roles: ["dev"] });
    expect(told).toMatchObject({
      refused: "policy.denied",
      steps: [
        {
          outcome: "failed",
          expected: expression,
          found:
            'may: may not; false: "admin" in Subject.Attributes.roles; Subject.Attributes.roles is ["dev"]',
        },
      ],
    });
  });

  test("says what had no value", async () => {
    const told = await steps(cel("Subject.Attributes.level >= 3"));
    expect(told.steps[0]?.found).toContain("Subject.Attributes.level has no value");
  });

  test("shows no header", async () => {
    const told = await steps(cel('Request.Header("X-Key") == "a"'), {}, { "X-Key": "s3cret" });
    expect(told.steps[0]?.found).toContain('Request.Header("X-Key") is not shown');
    expect(JSON.stringify(told)).not.toContain("s3cret");
  });

  test("says what passed", async () => {
    const told = await steps(cel('Subject.ID == "alice"'));
    expect(told.refused).toBeUndefined();
    expect(told.steps).toMatchObject([{ outcome: "passed", found: 'may: Subject.ID == "alice"' }]);
  });

  test("asks nobody, and does not guess what depends on the answer", async () => {
    const told = await steps({
      authorizers:
        "{id: opa, type: remote, config: {endpoint: https://opa.example/v1}}, {id: after, type: cel, config: {expressions: [{expression: Outputs.opa.x == 1}]}}",
      execute: "{authorizer: opa}, {authorizer: after}",
    });
    expect(told.steps).toMatchObject([
      {
        outcome: "skipped",
        why: "opa: https://opa.example is asked by the edge, and nothing is asked here",
      },
      { outcome: "skipped", why: "after: what opa would have found out is not known here" },
    ]);
  });

  test("knows what a map found out, and what a stronger login would be", async () => {
    const told = await steps({
      contextualizers:
        '{id: order, type: map, config: {items: {owner: "{{ .Request.URL.Captures.item }}"}}}',
      authorizers:
        "{id: own, type: cel, config: {expressions: [{expression: Outputs.order.owner == 'x'}]}}, {id: mfa, type: step_up, config: {acr_values: [mfa]}}",
      execute: "{contextualizer: order}, {authorizer: own}, {authorizer: mfa}",
    });
    expect(told).toMatchObject({
      refused: "policy.step_up",
      steps: [
        { outcome: "passed" },
        { outcome: "passed" },
        { outcome: "failed", expected: "acr of mfa" },
      ],
    });
  });
});
