import { describe, expect, test } from "vitest";
import { documented } from "./documents.ts";
import { createWorld, request, signedHeaders } from "./world.ts";

/** What becomes of a valid request of alice to /api/x, by one authorizer `cel`. */
async function outcome(
  expression: string,
  changed: {
    claims?: Record<string, unknown>;
    headers?: Record<string, string>;
    values?: string;
  } = {},
) {
  const world = createWorld(
    documented({
      authorizers: `{id: may, type: cel, config: {values: {${changed.values ?? ""}}, expressions: [{expression: ${JSON.stringify(expression)}, message: "may not"}]}}`,
      execute: "{authorizer: may}",
    }),
  );
  const signed = await signedHeaders(world, { claims: changed.claims ?? {} });
  const decision = await world.authorizer.authorize(request({ ...signed, ...changed.headers }));
  const { expected, found } = world.events[0] ?? {};
  return { decision, detail: { expected, found } };
}

describe("the authorizer cel", () => {
  const groups = { groups: ["dev", "admin"], tenant: "x" };
  test.each([
    ["the caller", 'Subject.ID == "alice"'],
    ["the caller's principal by name", 'Subject.default.ID == "alice"'],
    [
      "claims",
      'has(Subject.Attributes.groups) && Subject.Attributes.groups.exists(g, g == "admin")',
    ],
    ["a claim and a capture", "Subject.Attributes.tenant == Request.URL.Captures.item"],
    ["the method", 'Request.Method in ["GET", "HEAD"]'],
    ["a header", 'Request.Header("X-Team") == "blue"'],
    ["a header that is absent", 'Request.Header("X-None") == ""'],
    ["a cookie", 'Request.Cookie("session") == "s1"'],
    [
      "the URL",
      'Request.URL.Path.split("/").last() == "x" && Request.URL.Host == "api.example.com"',
    ],
    [
      "the URL's methods",
      'Request.URL.Hostname() == "api.example.com" && Request.URL.Port() == ""',
    ],
    ["the URL as text", 'Request.URL.String().startsWith("https://api.example.com/api/")'],
    ["values", 'Values.team == "blue"'],
    ["sets", 'sets.contains(Subject.Attributes.groups, ["admin"])'],
    ["times", 'timestamp(int(Subject.Attributes.exp)) > timestamp("2020-01-01T00:00:00Z")'],
    ["a format", '"%s/%s".format([Subject.ID, Request.Method]) == "alice/GET"'],
    ["a regular expression", 'Request.Header("X-Team").matches("^bl[a-z]+$")'],
  ])("lets pass by %s", async (_, expression) => {
    const { decision } = await outcome(expression, {
      claims: groups,
      headers: { "X-Team": "blue", Cookie: "session=s1" },
      values: 'team: "{{ .Request.Header \\"X-Team\\" }}"',
    });
    expect(decision).toMatchObject({ kind: "allow" });
  });

  test.each([
    ["is false", "Subject.ID == 'bob'"],
    ["names a claim that is missing", "Subject.Attributes.groups.size() > 0"],
    ["reads a member of a text", "Subject.Attributes.sub.x == 1"],
    ["denies what has no value", '!(Subject.Attributes.role == "guest")'],
    ["asks whether a missing map has something", "!has(Subject.Attributes.a.b)"],
    ["compares a list with a number", "Subject.Attributes.aud > 5"],
    ["divides by zero", "1 / (Subject.ID.size() - 5) == 1"],
    ["takes an index beyond the end", "Subject.Attributes.list[3] == 1"],
    ["names a header that cannot be", "Request.Header(Subject.ID + '\\n') == ''"],
    [
      "goes through too much",
      "Subject.Attributes.list.all(a, Subject.Attributes.list.all(b, Subject.Attributes.list.all(c, Subject.Attributes.list.all(d, Subject.Attributes.list.all(e, a + b + c + d + e >= 0.0)))))",
    ],
  ])("refuses where the expression %s", async (_, expression) => {
    const list = [...Array(20).keys()];
    const { decision, detail } = await outcome(expression, {
      claims: { list: list.slice(0, expression.includes("[3]") ? 3 : 20) },
    });
    expect(decision).toMatchObject({ kind: "refuse", status: 403, code: "policy.denied" });
    expect(detail.expected?.slice(0, 100)).toBe(expression.slice(0, 100));
  });

  test("tells the event why, and the client nothing", async () => {
    const { decision, detail } = await outcome("Subject.ID == 'bob'");
    expect(detail).toEqual({ expected: "Subject.ID == 'bob'", found: "may not" });
    expect(decision).not.toMatchObject({ body: expect.stringMatching(/bob|may not/) });
  });

  test("names no key that the request brought", async () => {
    const { detail } = await outcome('Subject.Attributes[Request.Header("X")] == 1', {
      headers: { X: "s3cret" },
    });
    expect(JSON.stringify(detail)).not.toContain("s3cret");
  });
});

describe("a step's if", () => {
  const written = {
    authorizers: "{id: nobody, type: deny}",
    finalizers: '{id: who, type: header, config: {headers: {X-User: "{{ .Subject.ID }}"}}}',
  };
  const run = async (execute: string, headers: Record<string, string> = {}) => {
    const world = createWorld(documented({ ...written, execute }));
    return world.authorizer.authorize(request({ ...(await signedHeaders(world)), ...headers }));
  };

  test("that is false lets no client write what the step would", async () => {
    const never = `{finalizer: who, if: "Request.Method == 'POST'"}`;
    for (const name of ["X-User", "X_User"])
      expect([...(await run(never, { [name]: "root" })).headers].join()).not.toContain("root");
  });

  test("leaves the step out where it is false", async () => {
    const decision = await run(
      `{authorizer: nobody, if: 'Subject.ID == "bob"'}, {finalizer: who, if: "Request.Method == 'POST'"}`,
    );
    expect(decision).toMatchObject({ kind: "allow" });
    expect(decision.headers.has("X-User")).toBe(false);
  });

  test("lets the step run where it is true", async () => {
    const decision = await run(`{finalizer: who, if: 'Subject.ID == "alice"'}`);
    expect(decision.headers.get("X-User")).toBe("alice");
    expect(await run(`{authorizer: nobody, if: 'Subject.ID == "alice"'}`)).toMatchObject({
      code: "policy.denied",
    });
  });

  test.each([
    "{authorizer: nobody, if: 'Subject.Attributes.x.y == 1'}",
    "{finalizer: who, if: 'Subject.Attributes.x.y == 1'}",
  ])("refuses where nobody can say: %s", async (execute) => {
    expect(await run(execute)).toMatchObject({ kind: "refuse", code: "policy.denied" });
  });
});
