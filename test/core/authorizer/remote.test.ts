import { describe, expect, test } from "vitest";
import { documented } from "./documents.ts";
import { worldOf } from "./services.ts";

const opa = (config = "") => ({
  authorizers: `{id: opa, type: remote, config: {
    endpoint: {url: "https://opa.example/v1/data/{{ .Values.policy }}", headers: {X-Tenant: "{{ .Subject.Attributes.tenant }}"}},
    values: {policy: api/allow},
    payload: '{"input": {"user": {{ quote .Subject.ID }}, "path": {{ toJson .Request.URL.Path }}}}',
    expressions: [{expression: Payload.result == true, message: OPA says no}] ${config}}}`,
  finalizers: '{id: who, type: header, config: {headers: {X-Why: "{{ .Outputs.opa.why }}"}}}',
  execute: "{authorizer: opa}, {finalizer: who}",
});

describe("the authorizer remote", () => {
  test("asks with what the document says, and its answer is an output", async () => {
    const { asked, decide } = worldOf(opa(), () => Response.json({ result: true, why: "owner" }));
    const decision = await decide();
    expect(decision).toMatchObject({ kind: "allow" });
    expect(decision.headers.get("X-Why")).toBe("owner");
    const [question] = asked;
    expect(question).toMatchObject({
      url: "https://opa.example/v1/data/api/allow",
      method: "POST",
      body: '{"input": {"user": "alice", "path": "/api/x"}}',
    });
    expect(question?.headers.get("Content-Type")).toBe("application/json");
    expect(question?.headers.has("Authorization")).toBe(false);
  });

  test.each([
    ["says no", () => Response.json({ result: false }), "policy.denied"],
    ["says something else", () => Response.json({}), "policy.denied"],
    ["says a text", () => new Response("true"), "policy.denied"],
    ["says 403", () => new Response("", { status: 403 }), "policy.denied"],
    ["says 404", () => Response.json({ result: true }, { status: 404 }), "policy.denied"],
    ["says 500", () => Response.json({ result: true }, { status: 500 }), "policy.unavailable"],
    ["says 429", () => Response.json({ result: true }, { status: 429 }), "policy.unavailable"],
    ["cannot be reached", () => Promise.reject(new TypeError("no route")), "policy.unavailable"],
    [
      "redirects",
      () => new Response("", { status: 302, headers: { Location: "https://opa.example/yes" } }),
      "policy.unavailable",
    ],
    [
      "answers a name twice",
      () =>
        new Response('{"result": false, "result": true}', {
          headers: { "Content-Type": "application/json" },
        }),
      "policy.unavailable",
    ],
    ["answers without end", () => new Response("x".repeat(300_000)), "policy.unavailable"],
  ])("refuses where the service %s", async (_, answer, code) => {
    const { decide } = worldOf(opa(), answer);
    const status = code === "policy.denied" ? 403 : 503;
    expect(await decide()).toMatchObject({ kind: "refuse", code, status });
  });

  test("left out, lets no client write what the service would have said", async () => {
    const { decide } = worldOf(
      {
        ...opa(", forward_response_headers_to_upstream: [X-Role]"),
        execute: "{authorizer: opa, if: \"Request.Method == 'POST'\"}",
      },
      () => Response.json({ result: true }),
    );
    const decision = await decide({ "X-Role": "admin" });
    expect(decision).toMatchObject({ kind: "allow" });
    expect(decision.headers.has("X-Role")).toBe(false);
  });

  test("a value makes no field of its own in a form", async () => {
    const { asked, decide } = worldOf(
      {
        authorizers: `{id: acl, type: remote, config: {
          endpoint: {url: "https://acl.example/"}, values: {action: "read=1"},
          payload: "user={{ .Subject.ID }}&path={{ .Request.URL.Path }}&q={{ urlenc .Request.URL.RawQuery }}&{{ .Values.action }}"}}`,
        execute: "{authorizer: acl}",
      },
      () => new Response(""),
    );
    await decide({}, "/api/x&user=root");
    expect(asked[0]?.body).toBe("user=alice&path=%2Fapi%2Fx%26user%3Droot&q=&read=1");
  });

  test("nor where the form begins with a variable", async () => {
    const { asked, decide } = worldOf(
      {
        authorizers: `{id: acl, type: remote, config: {endpoint: {url: "https://acl.example/"},
          payload: "{{ $path := .Request.URL.Path }}path={{ $path }}"}}`,
        execute: "{authorizer: acl}",
      },
      () => new Response(""),
    );
    await decide({}, "/api/x&user=root");
    expect(asked[0]?.body).toBe("path=%2Fapi%2Fx%26user%3Droot");
  });

  test("refuses when the service never answers", async () => {
    const written = opa();
    const hurried = {
      ...written,
      authorizers: written.authorizers.replace("endpoint: {", "endpoint: {timeout: 50ms, "),
    };
    const { decide } = worldOf(hurried, () => new Promise(() => undefined));
    expect(await decide()).toMatchObject({ code: "policy.unavailable" });
  });

  test("tells the event neither who asked nor what was asked", async () => {
    const written = {
      authorizers:
        '{id: a, type: remote, config: {endpoint: "https://opa.example/users/{{ .Subject.ID }}?x={{ .Request.URL.Path }}"}}',
      execute: "{authorizer: a}",
    };
    const { world, decide } = worldOf(written, () => Promise.reject(new TypeError("no")));
    await decide();
    expect(world.events[0]).toMatchObject({ code: "policy.unavailable" });
    const { expected, found } = world.events[0] ?? {};
    expect(`${expected} ${found}`).toContain("https://opa.example");
    expect(`${expected} ${found}`).not.toMatch(/alice|api\/x/);
  });

  test("keeps an answer for the very same question, and for no longer than it may", async () => {
    const { world, asked, decide } = worldOf(opa(", cache_ttl: 10s"), () =>
      Response.json({ result: true }),
    );
    await decide();
    await decide();
    expect(asked).toHaveLength(1);
    await decide({}, "/api/y");
    expect(asked).toHaveLength(2);
    world.clock.seconds += 10;
    await decide();
    expect(asked).toHaveLength(3);
  });

  test("does not keep a failure", async () => {
    let up = false;
    const { decide } = worldOf(opa(", cache_ttl: 10s"), () =>
      up ? Response.json({ result: true }) : new Response("", { status: 500 }),
    );
    expect(await decide()).toMatchObject({ code: "policy.unavailable" });
    up = true;
    expect(await decide()).toMatchObject({ kind: "allow" });
  });

  test("gives the upstream the answer's headers that the document names, in place of the client's", async () => {
    const { decide } = worldOf(opa(", forward_response_headers_to_upstream: [X-Roles]"), () =>
      Response.json({ result: true }, { headers: { "X-Roles": "admin", "X-Other": "no" } }),
    );
    const decision = await decide({ "X-Roles": "forged", X_Roles: "forged" });
    expect(decision.headers.get("X-Roles")).toBe("admin");
    expect(decision.headers.has("X-Other")).toBe(false);
    expect(decision.headers.has("X_Roles")).toBe(false);
  });

  test("a finalizer's header takes the place of one that an answer brought", async () => {
    const written = opa(", forward_response_headers_to_upstream: [x-why]");
    const { decide } = worldOf(written, () =>
      Response.json({ result: true, why: "owner" }, { headers: { "X-Why": "another" } }),
    );
    expect((await decide()).headers.get("X-Why")).toBe("owner");
  });

  test("a header that the answer lacks is not the client's either", async () => {
    const { decide } = worldOf(opa(", forward_response_headers_to_upstream: [X-Roles]"), () =>
      Response.json({ result: true }),
    );
    expect((await decide({ "X-Roles": "forged" })).headers.has("X-Roles")).toBe(false);
  });
});

describe("a URL with a template", () => {
  const lookup = (url: string, values = "{}") => ({
    authorizers: `{id: a, type: remote, config: {endpoint: {url: "${url}", method: GET}, values: ${values}}}`,
    execute: "{authorizer: a}",
  });
  const id = 'https://users.example/u/{{ .Request.Header \\"X-Id\\" }}';

  test.each([
    ["one", "https://users.example/u/one"],
    ["a/b", "https://users.example/u/a%2Fb"],
    ["a?admin=1#x", "https://users.example/u/a%3Fadmin%3D1%23x"],
    ["a b", "https://users.example/u/a%20b"],
    ["%2e%2e", "https://users.example/u/%252e%252e"],
    ["@evil.example", "https://users.example/u/%40evil.example"],
  ])("keeps %j one part", async (value, expected) => {
    const { asked, decide } = worldOf(lookup(id), () => Response.json({}));
    expect(await decide({ "X-Id": value })).toMatchObject({ kind: "allow" });
    expect(asked[0]?.url).toBe(expected);
  });

  test.each([".", ".."])("refuses %j, which is a way", async (value) => {
    const { asked, decide } = worldOf(lookup(id), () => Response.json({}));
    expect(await decide({ "X-Id": value })).toMatchObject({ code: "policy.denied" });
    expect(asked).toEqual([]);
  });

  test("takes what the document itself writes as it is, also where the request could fill it in", async () => {
    const url = "https://users.example/{{ .Values.way }}/{{ .Values.who }}";
    const values = "{way: a/b, who: '{{ .Request.Header \"X-Id\" }}'}";
    const { asked, decide } = worldOf(lookup(url, values), () => Response.json({}));
    await decide({ "X-Id": "c/d" });
    expect(asked[0]?.url).toBe("https://users.example/a/b/c%2Fd");
  });

  test.each([
    "https://{{ .Values.host }}/x",
    "{{ .Values.url }}",
    "https://users.example{{ .Values.x }}",
    "http://users.example/x",
  ])("%s does not compile", (url) => {
    expect(() => documented(lookup(url))).toThrow(/written out|not a|plain http|expected a URL/);
  });

  // Each of them compiled, and refused every request: what is rendered must be sent as it is.
  test.each([
    ["https://OPA.example/v1", "https://opa.example/v1"],
    ["https://opa.example:443/v1", "https://opa.example/v1"],
    ["https://opa.example/a b", "https://opa.example/a%20b"],
    ["https://opa.example/a/../b", "https://opa.example/b"],
    ["https://OPA.example/{{ .Subject.ID }}", "host in lower case"],
    ["https://opa.example?a={{ .Subject.ID }}", "a slash behind the host"],
  ])("%s is not what would be sent: %s", (url, suggestion) => {
    expect(() => documented(lookup(url))).toThrow(suggestion);
  });

  test.each([
    "https://opa.example",
    "https://opa.example/x?",
    "https://opa.example/?a={{ .Subject.ID }}",
  ])("%s is", (url) => {
    expect(() => documented(lookup(url))).not.toThrow();
  });
});
