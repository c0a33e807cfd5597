// biome-ignore-all lint/suspicious/noTemplateCurlyInString: documents are written like this
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { substitute } from "../../../src/documents/environment.ts";
import { compilePair, configurationOf, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

describe("a text with its environment replaced", () => {
  test.each([
    ["${A}", "one"],
    ["x${A}y${A}z", "xoneyonez"],
    ["${MISSING:-default}", "default"],
    ["${EMPTY:-default}", "default"],
    ["${EMPTY}", ""],
    ["${MISSING:-}", ""],
    ["${MISSING:-https://idp.example:8080/certs?x=1}", "https://idp.example:8080/certs?x=1"],
    ["$${A}", "${A}"],
    ["$A and $ and {A}", "$A and $ and {A}"],
  ])("%s is %s", (text, expected) => {
    const result = substitute(text, { A: "one", EMPTY: "" });
    expect(result.text).toBe(expected);
    expect(result.problems).toEqual([]);
  });

  test.each([
    "${}",
    "${1A}",
    "${A",
    "${A:+x}",
    "${A-x}",
    "${A:-${B}}",
    "${toString}",
    "${MISSING}",
  ])("%s cannot be read", (text) => {
    expect(substitute(text, { A: "one" }).problems).not.toEqual([]);
  });

  test("what comes in is never read again", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(substitute("<${A}>", { A: value }).text).toBe(`<${value}>`);
      }),
    );
  });
});

describe("the environment in documents", () => {
  const origin = "public_origin: https://api.example.com";

  test("nothing that comes in can become structure", () => {
    const text = spoil(mechanisms, "issuers: [https://idp.example]", 'issuers: ["${ISSUER}"]');
    const values = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom(
        "a]\n          audience: [b",
        "x, y",
        "{a: b}",
        "*anchor",
        "# none",
        "a: b",
        "- a",
        "null",
        "1",
        "true",
      ),
    );
    fc.assert(
      fc.property(values, (ISSUER) => {
        const configuration = configurationOf(
          compilePair({ mechanisms: text }, { environment: { ISSUER } }),
        );
        expect(configuration.rules[0]?.authenticators[0]).toMatchObject({
          issuers: [ISSUER],
          audience: ["https://api.example.com"],
        });
      }),
    );
  });

  test.each([
    ["nonce_required: true", 'nonce_required: "${X}"', "false"],
    ["replay_allowed: false", 'replay_allowed: "${X:-false}"', ""],
    ["max_age: 1m", 'max_age: "${X}"', "30s"],
  ])("%s as %s", (from, to, X) => {
    expect(
      problemsOf(compilePair({ mechanisms: spoil(mechanisms, from, to) }, { environment: { X } })),
    ).toEqual([]);
  });

  test("a number where a number is wanted, a text where a text is", () => {
    const environment = { SHARDS: "4", KID: "2026" };
    const text = `replay: {shards: "\${SHARDS}"}\n${spoil(mechanisms, "selector: dpop-nonce-master-key-1", 'selector: "${KID}"')}`;
    expect(configurationOf(compilePair({ mechanisms: text }, { environment }))).toMatchObject({
      replay: { shards: 4 },
      masterKey: { source: "nonce_keys", selector: "2026" },
    });
  });

  test.each([
    [
      "a missing name",
      "public_origin: ${ORIGIN}",
      "the environment has no ORIGIN",
      "set ORIGIN, or write ${ORIGIN:-default}",
    ],
    [
      "a value of another form",
      "public_origin: ${BAD}",
      "expected an origin such as https://api.example.com",
      undefined,
    ],
    [
      "a key",
      "public_origin: https://api.example.com\n  ${BAD}: 1",
      "the environment is replaced in values, not in keys",
      "write the key itself",
    ],
    [
      "no quotes in braces",
      "timeout: {read: ${BAD}}",
      "flow-map",
      'inside [ ] and { } write quotes around "${NAME}"',
    ],
  ])("%s is a problem", (_, to, reason, suggestion) => {
    const [problem] = problemsOf(
      compilePair(
        { mechanisms: spoil(mechanisms, origin, to) },
        { environment: { BAD: "no origin" } },
      ),
    );
    expect(problem?.reason).toContain(reason);
    expect(problem?.suggestion).toBe(suggestion);
    if (reason.startsWith("expected")) expect(problem?.found).toBe('"no origin", from ${BAD}');
  });

  test("a type is written", () => {
    const text = spoil(
      mechanisms,
      "{id: nothing, type: noop}",
      '{id: nothing, type: "${TYPE:-noop}"}',
    );
    expect(problemsOf(compilePair({ mechanisms: text })).map(({ path }) => path)).toEqual([
      "mechanisms.finalizers[2].type",
    ]);
  });

  test("a secret never comes in this way, and is never shown", () => {
    const text = spoil(mechanisms, "{secret: IDP_API_KEY}", '{key: "${IDP_API_KEY}"}');
    const result = compilePair({ mechanisms: text }, { environment: { IDP_API_KEY: "hunter2" } });
    expect(problemsOf(result).map(({ path }) => path)).toEqual([
      "secret_management.idp_key.config.key",
    ]);
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });

  test("rules too", () => {
    const text = spoil(rules, "upstream.example:8081", "${UPSTREAM_HOST:-127.0.0.1:1}");
    expect(configurationOf(compilePair({ rules: text })).rules[0]?.forwardTo?.host).toBe(
      "127.0.0.1:1",
    );
  });

  test("below a key that means nothing it is not missed", () => {
    const text = `log: {level: "\${NOWHERE}"}\n${spoil(mechanisms, "serve:", 'server: {a: "${NOWHERE}"}\nserve:')}`;
    expect(problemsOf(compilePair({ mechanisms: text })).map(({ reason }) => reason)).toEqual([
      "unknown key server",
    ]);
  });

  test("${NAME:=default} is a default too", () => {
    const text = spoil(mechanisms, "validity_leeway: 10s", 'validity_leeway: "${LEEWAY:=7s}"');
    const [first] =
      configurationOf(compilePair({ mechanisms: text })).rules[0]?.authenticators ?? [];
    expect(first).toMatchObject({ leeway: 7 });
  });
});
