import { describe, expect, test } from "vitest";
import { documented, type Written } from "./documents.ts";
import { createWorld, request, signedHeaders } from "./world.ts";

const handlers: Written = {
  errorHandlers: `
    {id: login, type: redirect, config: {to: "https://login.example/?return_to={{ .Request.URL | urlenc }}"}},
    {id: page, type: generic, config: {code: 403, headers: [{Content-Type: text/html}, {X-Why: "{{ .Values.why }}"}],
      body: "<p>{{ .Values.why }}</p>", values: {why: no}}},
    {id: json, type: generic, config: {code: 200, body: '{"path": {{ quote .Request.URL.Path }}}'}}`,
  authorizers: "{id: nobody, type: deny}",
};

async function ask(
  written: Written,
  { headers = {}, signed = false }: { headers?: Record<string, string>; signed?: boolean } = {},
) {
  const world = createWorld(documented({ ...handlers, ...written }));
  const all = signed ? { ...(await signedHeaders(world)), ...headers } : headers;
  const answer = await world.authorizer.authorize(
    request(all, { url: "https://api.example.com/api/x?q=a b" }),
  );
  return { answer, event: world.events[0] };
}

const html = { Accept: "text/html" };
const toLogin = `{error_handler: login, if: 'type(Error) == authentication_error && Request.Header("Accept").contains("text/html")'}`;

describe("redirect", () => {
  test("sends a browser without credentials to the login, and back", async () => {
    const { answer, event } = await ask({ onError: toLogin }, { headers: html });
    expect(answer).toMatchObject({ kind: "refuse", status: 302, code: "credentials.missing" });
    expect(answer.headers.get("Location")).toBe(
      "https://login.example/?return_to=https%3A%2F%2Fapi.example.com%2Fapi%2Fx%3Fq%3Da%2520b",
    );
    expect(answer.headers.has("WWW-Authenticate")).toBe(false);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(event).toMatchObject({ code: "credentials.missing" });
  });

  test.each([
    ["a request that is not for it", {}],
    ["a request with a token", { ...html, Authorization: "DPoP x.y.z" }],
    ["a request with a proof alone", { ...html, DPoP: "x.y.z" }],
  ])("leaves %s its challenge", async (_, headers) => {
    const { answer } = await ask({ onError: toLogin }, { headers });
    expect(answer).toMatchObject({
      kind: "refuse",
      code: expect.stringMatching(/^(cred|token|proof)/),
    });
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^DPoP/);
    expect(answer.headers.has("Location")).toBe(false);
  });

  test("may answer who is known and may not", async () => {
    const onError = `{error_handler: login, if: type(Error) == authorization_error}`;
    const { answer } = await ask({ onError, execute: "{authorizer: nobody}" }, { signed: true });
    expect(answer).toMatchObject({ status: 302, code: "policy.denied" });
  });

  test.each(["https://{{ .Request.URL.Host }}/", '{{ .Request.Header \\"X\\" }}', "/login"])(
    "to %s does not compile",
    (to) => {
      const errorHandlers = `{id: x, type: redirect, config: {to: "${to}"}}`;
      expect(() => documented({ errorHandlers, onError: "{error_handler: x}" })).toThrow(
        /written out|expected a URL/,
      );
    },
  );
});

describe("generic", () => {
  test("answers with the document's own status, headers and body", async () => {
    const { answer } = await ask({ onError: "{error_handler: page}" });
    expect(answer).toMatchObject({ status: 403, body: "<p>no</p>", code: "credentials.missing" });
    expect(answer.headers.get("Content-Type")).toBe("text/html");
    expect(answer.headers.get("X-Why")).toBe("no");
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  test.each([
    ["text/html", "<p>{{ .Request.Header `X-Name` }}</p>"],
    ["image/svg+xml", "<svg>{{ .Request.Header `X-Name` }}</svg>"],
    ["text/html; charset=utf-8", '{"name": {{ quote (.Request.Header `X-Name`) }}}'],
  ])("escapes what a client writes into a page: %s", async (type, page) => {
    const body = JSON.stringify(page);
    const errorHandlers = `{id: page, type: generic, config: {code: 403, headers: [{Content-Type: "${type}"}], body: ${body}}}`;
    const headers = { "X-Name": "<script>alert('x')</script>&\"" };
    const { answer } = await ask({ errorHandlers, onError: "{error_handler: page}" }, { headers });
    expect(answer).toMatchObject({
      status: 403,
      body: expect.stringContaining("&#60;script&#62;alert(&#39;x&#39;)"),
    });
    expect(answer).not.toMatchObject({ body: expect.stringContaining("<script") });
  });

  test("takes a step's values, and says that JSON is JSON", async () => {
    const onError = "{error_handler: page, config: {values: {why: never}}}";
    expect((await ask({ onError })).answer.headers.get("X-Why")).toBe("never");
    const { answer } = await ask({ onError: "{error_handler: json}" });
    expect(answer).toMatchObject({ status: 200, body: '{"path": "/api/x"}' });
    expect(answer.headers.get("Content-Type")).toBe("application/json");
  });

  test("never takes the place of a challenge to who proves possession", async () => {
    const { answer } = await ask(
      { onError: "{error_handler: json}" },
      { headers: { Authorization: "DPoP x.y.z", DPoP: "x" } },
    );
    expect(answer).toMatchObject({ kind: "refuse", status: 401 });
  });

  test("that cannot be rendered leaves the usual answer", async () => {
    const errorHandlers =
      '{id: x, type: generic, config: {code: 400, headers: [{X-Path: "{{ .Request.Cookie \\"c\\" }}"}]}}';
    const { answer } = await ask(
      { errorHandlers, onError: "{error_handler: x}" },
      { headers: { Cookie: "c=\u00e4" } },
    );
    expect(answer).toMatchObject({ status: 401, code: "credentials.missing" });
  });
});

describe("the condition of an error handler", () => {
  test.each([
    ["the type of the error", "type(Error) == authorization_error", true],
    ["one of several types", "type(Error) in [internal_error, authorization_error]", true],
    ["another type", "type(Error) == communication_error", false],
    ["the mechanism", 'Error.Source == "nobody"', true],
    ["the step", 'Error.StepID == "last"', true],
    ["the request", 'Request.URL.Path.startsWith("/api/")', true],
    ["no value at all", "Request.URL.Captures.none == 'x'", false],
  ])("by %s", async (_, condition, applies) => {
    const onError = `{error_handler: page, if: ${JSON.stringify(condition)}}, {error_handler: standard}`;
    const { answer } = await ask(
      { onError, execute: "{authorizer: nobody, id: last}" },
      { signed: true },
    );
    expect(answer).toMatchObject({ status: 403, code: "policy.denied" });
    expect(answer.headers.has("X-Why")).toBe(applies);
  });

  test("the first that is true answers", async () => {
    const onError = "{error_handler: standard}, {error_handler: page}";
    expect((await ask({ onError })).answer.headers.has("X-Why")).toBe(false);
  });

  test("a realm is only that of the handler that answers", async () => {
    const written = {
      errorHandlers: "{id: realm, type: www_authenticate, config: {realm: api}}",
      onError: '{error_handler: realm, if: Request.Method == "POST"}',
    };
    const { answer } = await ask(written);
    expect(answer.headers.get("WWW-Authenticate")).not.toContain("realm");
    const { answer: other } = await ask({ ...written, onError: "{error_handler: realm}" });
    expect(other.headers.get("WWW-Authenticate")).toContain('realm="api"');
  });
});

describe("the authorizer step_up", () => {
  const strong = {
    authorizers: "{id: strong, type: step_up, config: {acr_values: [mfa, hardware], max_age: 5m}}",
    execute: "{authorizer: strong}",
  };
  const run = async (claims: Record<string, unknown>) => {
    const world = createWorld(documented(strong));
    return world.authorizer.authorize(request(await signedHeaders(world, { claims })));
  };
  const now = 1_800_000_000;

  test.each([
    { acr: "mfa", auth_time: now - 300 },
    { acr: "hardware", auth_time: now },
    { acr: "mfa", auth_time: now + 10 },
  ])("lets pass %j", async (claims) => {
    expect(await run(claims)).toMatchObject({ kind: "allow" });
  });

  test.each([
    {},
    { acr: "pwd", auth_time: now },
    { acr: ["mfa"], auth_time: now },
    { acr: "mfa", auth_time: now - 301 },
    { acr: "mfa", auth_time: `${now}` },
    { acr: "mfa", auth_time: now + 11 },
    { acr: "mfa", auth_time: 1e300 },
    { acr: "mfa" },
  ])("challenges %j as RFC 9470 says", async (claims) => {
    const answer = await run(claims);
    expect(answer).toMatchObject({ kind: "refuse", status: 401, code: "policy.step_up" });
    expect(answer.headers.get("WWW-Authenticate")).toMatch(
      /^DPoP .*error="insufficient_user_authentication".*acr_values="mfa hardware", max_age="300"/,
    );
  });

  test("asks for something", () => {
    const authorizers = "{id: strong, type: step_up, config: {}}";
    expect(() => documented({ authorizers, execute: "{authorizer: strong}" })).toThrow(
      /asks for something/,
    );
  });
});
