import { describe, expect, test } from "vitest";
import { encodeBase64url } from "../../../src/jws/base64url.ts";
import { type Answer, authenticating, compiledPair, edgeOf } from "./edge.ts";
import { secrets } from "./introspecting.ts";
import { clientKey, dpopProof, request, start } from "./world.ts";

const whoami = "https://idp.example/whoami";
const session = (more = "") => `
- id: session
  type: generic
  config:
    identity_info_endpoint: {url: ${whoami}, method: GET}
    authentication_data_source: [{cookie: session}]
    forward_cookies: [session]
    forward_headers: [X-Tenant]
    principal: {id: identity.id}
    ${more}`;
const says =
  (answer: unknown): Answer =>
  () =>
    Response.json(answer);
const alice = { identity: { id: "alice" }, active: true, ends: "2027-01-15T08:10:00.5+00:00" };
const cookie = (more: Record<string, string> = {}) =>
  request({ Cookie: "a=b; session=s3ss10n; c=d", ...more });
const edge = (more = "", answer = says(alice), steps = ["session"]) =>
  edgeOf(authenticating(session(more), steps), answer, secrets);

test("a session cookie is asked about, with what is to go along and nothing else", async () => {
  const { authorizer, asked } = edge();
  expect(await authorizer.authorize(cookie({ "X-Tenant": "one" }))).toMatchObject({
    kind: "allow",
    principal: { id: "alice", attributes: alice },
  });
  const [{ url, init } = { url: "", init: {} }] = asked;
  expect([url, init.method, init.redirect]).toEqual([whoami, "GET", "manual"]);
  expect(Object.fromEntries(new Headers(init.headers))).toEqual({
    accept: "application/json",
    cookie: "session=s3ss10n",
    "x-tenant": "one",
  });
});

const answers: ReadonlyArray<[name: string, answer: Answer, code: string]> = [
  ["401", () => new Response(null, { status: 401 }), "token.inactive"],
  ["403", () => new Response(null, { status: 403 }), "token.inactive"],
  ["500", () => new Response(null, { status: 500 }), "introspection.unavailable"],
  ["a redirect", () => new Response(null, { status: 302 }), "introspection.unavailable"],
  ["no JSON", () => new Response("alice"), "introspection.unavailable"],
  ["nobody", says({ identity: {} }), "token.malformed"],
  ["not reachable", () => Promise.reject(new TypeError("x")), "introspection.unavailable"],
  ["a binding that is not understood", says({ ...alice, cnf: { kid: "x" } }), "token.binding"],
];
test.each(answers)("%s lets nobody pass", async (_, answer, code) => {
  expect(await edge("", answer).authorizer.authorize(cookie())).toMatchObject({ code });
});

describe("session_lifespan", () => {
  const more =
    'session_lifespan: {active: active, not_after: ends, not_before: begins, time_format: "2006-01-02T15:04:05.999999Z07:00", validity_leeway: 1s}';
  const rows: ReadonlyArray<
    [name: string, said: Record<string, unknown>, code: string | undefined]
  > = [
    ["valid", {}, undefined],
    ["not active", { active: false }, "token.inactive"],
    ["active as text", { active: "true" }, undefined],
    ["no word of active", { active: undefined }, "token.inactive"],
    ["ended", { ends: "2027-01-15T07:59:58Z" }, "token.expired"],
    ["ended elsewhere", { ends: "2027-01-15T09:59:58+02:00" }, "token.expired"],
    ["not begun", { begins: "2027-01-15T08:00:02Z" }, "token.early"],
    ["an end that is no time", { ends: "soon" }, "introspection.unavailable"],
    ["an end that is no day", { ends: "2027-02-30T08:10:00Z" }, "introspection.unavailable"],
    ["no end", { ends: undefined }, undefined],
  ];
  test.each(rows)("%s", async (_, said, code) => {
    // 2027-01-15T08:00:00Z
    expect(new Date(start * 1000).toISOString()).toBe("2027-01-15T08:00:00.000Z");
    const decision = await edge(more, says({ ...alice, ...said })).authorizer.authorize(cookie());
    expect("code" in decision ? decision.code : undefined).toBe(code);
  });

  test("nothing is remembered beyond the end, nor said of the caller", async () => {
    const { authorizer, asked, clock } = edge(`${more}\n    cache_ttl: 1h`);
    expect(await authorizer.authorize(cookie())).toMatchObject({
      principal: { notAfter: start + 600.5 + 10 },
    });
    clock.seconds += 600;
    await authorizer.authorize(cookie());
    expect(asked).toHaveLength(1);
    clock.seconds += 1;
    await authorizer.authorize(cookie());
    expect(asked).toHaveLength(2);
  });
});

describe("what is remembered", () => {
  test("nothing without cache_ttl", async () => {
    const { authorizer, asked } = edge();
    for (let index = 0; index < 2; index += 1) await authorizer.authorize(cookie());
    expect(asked).toHaveLength(2);
  });

  test("an answer for this session and what went along, and for no other", async () => {
    const { authorizer, asked } = edge("cache_ttl: 1m");
    await authorizer.authorize(cookie({ "X-Tenant": "one" }));
    await authorizer.authorize(cookie({ "X-Tenant": "one", "X-Else": "1" }));
    expect(asked).toHaveLength(1);
    await authorizer.authorize(cookie({ "X-Tenant": "two" }));
    await authorizer.authorize(request({ Cookie: "session=other" }));
    expect(asked).toHaveLength(3);
  });

  test("no refusal: who logs in keeps the session's name", async () => {
    const world = edge("cache_ttl: 1m", () => new Response(null, { status: 401 }));
    await world.authorizer.authorize(cookie());
    world.answer = says(alice);
    expect(await world.authorizer.authorize(cookie())).toMatchObject({ kind: "allow" });
  });
});

test("without its credential the next authenticator is asked, after a refusal never", async () => {
  const { authorizer } = edge("", () => new Response(null, { status: 401 }), ["session", "anyone"]);
  expect(await authorizer.authorize(request())).toMatchObject({ principal: { id: "anonymous" } });
  expect(await authorizer.authorize(cookie())).toMatchObject({ code: "token.inactive" });
});

describe("a token in the Authorization header", () => {
  const lookup = `
- id: lookup
  type: generic
  config:
    identity_info_endpoint:
      url: 'https://idp.example/keys/{{ urlenc .AuthenticationData }}?v=1'
      headers: {Content-Type: application/json, X-Token: "{{ .AuthenticationData }}"}
    authentication_data_source: [{header: Authorization, scheme: Bearer}, {header: X-Key}]
    payload: '{"token": {{ quote .AuthenticationData }}}'
    principal: {id: sub}`;
  const bound = says({ sub: "alice", cnf: { jkt: clientKey.jkt } });
  const world = (answer: Answer) => edgeOf(authenticating(lookup, ["lookup"]), answer, secrets);

  test("that the answer binds must be proven", async () => {
    const { authorizer } = world(bound);
    const proof = await dpopProof(clientKey, "opaque", start);
    const sent = request({ Authorization: "DPoP opaque", DPoP: proof });
    expect(await authorizer.authorize(sent)).toMatchObject({ kind: "allow" });
    expect(await authorizer.authorize(sent)).toMatchObject({ code: "proof.replayed" });
    for (const headers of [{ Authorization: "Bearer opaque" }, { "X-Key": "opaque", DPoP: proof }])
      expect(await authorizer.authorize(request(headers))).toMatchObject({
        code: "token.downgraded",
      });
  });

  test("that binds itself is never a bearer's, whatever the answer leaves out", async () => {
    const part = (value: object) =>
      encodeBase64url(new TextEncoder().encode(JSON.stringify(value)));
    const token = (cnf: object) => `${part({ alg: "ES256" })}.${part({ sub: "alice", cnf })}.AAAA`;
    const sent = (name: string, cnf: object) =>
      request({ [name]: name === "X-Key" ? token(cnf) : `Bearer ${token(cnf)}` });
    for (const name of ["X-Key", "Authorization"])
      expect(
        await world(says({ sub: "alice" })).authorizer.authorize(
          sent(name, { jkt: clientKey.jkt }),
        ),
      ).toMatchObject({ code: "token.binding" });
    const whole = lookup.replace(", scheme: Bearer", "");
    const { authorizer } = edgeOf(
      authenticating(whole, ["lookup"]),
      says({ sub: "alice" }),
      secrets,
    );
    for (const scheme of ["Bearer", "DPoP", "Token"]) {
      const Authorization = `${scheme} ${token({ jkt: clientKey.jkt })}`;
      expect(await authorizer.authorize(request({ Authorization }))).toMatchObject({
        code: "token.binding",
      });
    }
  });

  test("is told to no event", async () => {
    for (const status of [401, 500]) {
      const { authorizer, events } = world(() => new Response(null, { status }));
      await authorizer.authorize(request({ "X-Key": "s3ss10n-s3cret" }));
      expect(JSON.stringify(events)).toContain("idp.example");
      expect(JSON.stringify(events)).not.toContain("s3cret");
    }
  });

  test("is escaped wherever it goes", async () => {
    const { authorizer, asked } = world(says({ sub: "alice" }));
    expect(await authorizer.authorize(request({ "X-Key": 'a/../b?c&"d' }))).toMatchObject({
      kind: "allow",
    });
    expect(asked[0]).toMatchObject({
      url: "https://idp.example/keys/a%2F..%2Fb%3Fc%26%22d?v=1",
      init: { method: "POST", body: '{"token": "a/../b?c&\\"d"}' },
    });
    for (const key of ["..", "."])
      expect(await authorizer.authorize(request({ "X-Key": key }))).toMatchObject({
        code: "credentials.malformed",
      });
    expect(asked).toHaveLength(1);
  });
});

const spoiled: ReadonlyArray<[name: string, from: string, to: string, reason: string]> = [
  [
    "a bare credential in a URL",
    `url: ${whoami}`,
    `url: "${whoami}?t={{ .AuthenticationData }}"`,
    "not escaped",
  ],
  ...["user[token]={{ .AuthenticationData }}", "{{ $a := 1 }}token={{ .AuthenticationData }}"].map(
    (payload): [string, string, string, string] => [
      `a bare credential in the form ${payload}`,
      "principal: {id: identity.id}",
      `principal: {id: identity.id}\n        payload: "${payload}"`,
      "not escaped",
    ],
  ),
  [
    "a templated host",
    `url: ${whoami}`,
    'url: "https://{{ urlenc .AuthenticationData }}/x"',
    "no template",
  ],
  ["plain http", `url: ${whoami}`, "url: http://idp.internal/x", "plain http"],
  ["no principal", "principal: {id: identity.id}", "", "principal is missing"],
  [
    "a body parameter",
    "[{cookie: session}]",
    "[{cookie: session}, {body_parameter: token}]",
    "not read from a body",
  ],
  [
    "a layout without a date",
    "principal: {id: identity.id}",
    'principal: {id: identity.id}\n        session_lifespan: {not_after: x, time_format: "15:04"}',
    "not a layout",
  ],
];
test.each(spoiled)("%s does not compile", (_, from, to, reason) => {
  const pair = authenticating(session(), ["session"]);
  const result = compiledPair({ ...pair, mechanisms: pair.mechanisms.replace(from, to) });
  expect(result.ok ? [] : result.problems.map((each) => each.reason)).toEqual([
    expect.stringContaining(reason),
  ]);
});

test("the rule may take the answer for shorter, and nothing else", () => {
  const pair = authenticating(session(), ["session"]);
  const rules = (config: string) =>
    pair.rules.replace("{authenticator: session}", `{authenticator: session, config: {${config}}}`);
  expect(compiledPair({ ...pair, rules: rules("cache_ttl: 5s") }).ok).toBe(true);
  expect(compiledPair({ ...pair, rules: rules("principal: {id: x}") }).ok).toBe(false);
});
