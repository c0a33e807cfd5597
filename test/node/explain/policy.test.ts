import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readRequests } from "../../../cli/explain/read-requests.ts";
import { createSetting } from "../../../cli/explain/setting.ts";
import { walk } from "../../../cli/explain/walk.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import { isJsonObject } from "../../../src/jws/json.ts";
import { documented, type Written } from "../../core/authorizer/documents.ts";
import { createWorld, noNonce, request, signedHeaders } from "../../core/authorizer/world.ts";

async function walked(
  written: Written,
  claims: Record<string, unknown> = {},
  headers: Record<string, string> = {},
  bodyText?: string,
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
  const sent = { method, url, headers: all, ...(bodyText === undefined ? {} : { bodyText }) };
  return await walk(sent, setting, replay);
}

async function steps(...given: Parameters<typeof walked>) {
  const { findings, refused } = await walked(...given);
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

  test("says what docs/policy.md shows", async () => {
    const page = readFileSync(new URL("../../../docs/policy.md", import.meta.url), "utf8");
    const expression = "has(Subject.Attributes.roles) && Values.role in Subject.Attributes.roles";
    const told = await steps(
      {
        authorizers: `{id: has_role, type: cel, config: {values: {role: admin}, expressions: [{expression: "${expression}", message: the role is missing}]}}`,
        execute: "{authorizer: has_role}",
      },
      { roles: ["reader"] },
    );
    expect(page).toContain(`expected  ${told.steps[0]?.expected}\n`);
    expect(page).toContain(`found     ${told.steps[0]?.found}\n`);
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

  test("says what each side of an or saw", async () => {
    const told = await steps(cel('Subject.ID == "bob" || "support" in Subject.Attributes.roles'), {
      roles: [],
    });
    expect(told.steps[0]?.found).toContain('Subject.ID is "alice"; Subject.Attributes.roles is []');
  });

  test("says which step is left out, whoever it would ask", async () => {
    const told = await steps({
      authorizers:
        "{id: opa, type: remote, config: {endpoint: https://opa.example/v1, payload: x}}",
      execute: `{authorizer: opa, if: 'Request.Method == "POST"'}`,
    });
    expect(told.steps).toMatchObject([
      { outcome: "passed", found: 'opa: left out, for its if is false: Request.Method == "POST"' },
    ]);
  });

  const amount = cel("Request.Body().amount <= 100.0");
  const json = { "Content-Type": "application/json" };
  test.each([
    [undefined, undefined, [{ outcome: "skipped" }]],
    ['{"amount": 100}', undefined, [{ outcome: "passed" }, { outcome: "passed" }]],
    [
      '{"amount": 101}',
      "policy.denied",
      [{ outcome: "passed" }, { found: expect.stringContaining("Request.Body().amount is 101") }],
    ],
    [
      '{"amount": 101, "amount": 1}',
      "body.unreadable",
      [{ code: "body.unreadable" }, { outcome: "skipped" }],
    ],
    ["x".repeat(70_000), "body.too_large", [{ code: "body.too_large" }, { outcome: "skipped" }]],
  ])("reads a body where it was given: %.30s", async (body, code, expected) => {
    const told = await steps(amount, {}, json, body);
    expect(told.refused).toBe(code);
    expect(told.steps).toMatchObject(expected);
  });

  test.each([
    ['POST https://a.example/ HTTP/1.1\nA: b\n\n{"x": 1}\n', '{"x": 1}'],
    ["POST https://a.example/ HTTP/1.1\nA: b", undefined],
    [`curl -d '{"x": 1}' https://a.example/`, '{"x": 1}'],
    ["curl -d a=1 -d b=2 https://a.example/", "a=1&b=2"],
    [`curl --json '{"x": 1}' https://a.example/`, '{"x": 1}'],
    ["curl -d @file https://a.example/", undefined],
    ["curl --data-raw @file https://a.example/", "@file"],
    ["curl --data-urlencode 'a=b c' https://a.example/", undefined],
    [
      '{"method": "POST", "url": "https://a.example/", "headers": [], "postData": {"text": "a=1"}}',
      "a=1",
    ],
  ])("%s", (written, body) => {
    expect(readRequests(written)[0]?.bodyText).toBe(body);
  });

  const finalizers =
    '{id: who, type: header, config: {headers: {X-User: "{{ .Subject.ID }}"}}}, {id: told, type: header, config: {headers: {X-Opa: "{{ .Outputs.opa.x }}"}}}, {id: sure, type: header, config: {headers: {X-Sure: "{{ fail \\"never\\" }}"}}}';
  const opa = "{id: opa, type: remote, config: {endpoint: https://opa.example/v1, payload: x}}";

  test("says what each finalizer gives the upstream, by name", async () => {
    const told = await walked({
      authorizers: opa,
      finalizers,
      execute: `{authorizer: opa}, {finalizer: who}, {finalizer: told}, {finalizer: sure, if: 'Request.Method == "PUT"'}`,
    });
    expect(told.findings.filter(({ check }) => check === "policy.finalizers")).toMatchObject([
      { outcome: "passed", found: "who: X-User" },
      { outcome: "skipped", why: "told: what opa would have found out is not known here" },
      { found: 'sure: left out, for its if is false: Request.Method == "PUT"' },
    ]);
  });

  test("says that a finalizer refuses, and which error handler answers", async () => {
    const told = await walked({
      finalizers,
      errorHandlers:
        '{id: login, type: redirect, config: {to: "https://idp.example/login?to={{ .Request.URL.String | urlenc }}"}}',
      execute: "{finalizer: sure}",
      onError: `{error_handler: standard, if: 'Error.StepID == "x"'}, {error_handler: login, if: type(Error) == authorization_error}`,
    });
    expect(told.refused).toBe("policy.denied");
    expect(told.findings.slice(-2)).toMatchObject([
      { check: "policy.finalizers", expected: "never", found: "sure: its template refuses" },
      { check: "policy.error_handler", found: "login: 302 to https://idp.example/login" },
    ]);
  });

  test("says that the step which refused is the one that an error handler is for", async () => {
    const told = await walked({
      ...cel('Subject.ID == "bob"'),
      onError: `{error_handler: standard, if: 'Error.StepID == "may"'}`,
    });
    expect(told.findings.at(-1)).toMatchObject({ found: "standard: the usual answer" });
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
