import { describe, expect, test } from "vitest";
import type { JwtAuthenticator } from "../../../src/configuration.ts";
import { compilePair, configurationOf, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

function jwtOf(pair: { mechanisms?: string; rules?: string } = {}): JwtAuthenticator {
  const [first] = configurationOf(compilePair(pair)).rules[0]?.authenticators ?? [];
  if (first?.type !== "jwt") throw new Error("the rule has no jwt authenticator");
  return first;
}

const step = "      - authenticator: dpop_jwt\n";

describe("merging", () => {
  test("a rule that sets one key of a block never resets the others", () => {
    const own = `${step}        config: {assertions: {proof_of_possession: {config: {max_age: 20s}}, scopes: [read]}}\n`;
    const merged = jwtOf({ rules: spoil(rules, step, own) });
    const base = jwtOf();
    expect(merged).toEqual({
      ...base,
      scopes: { strategy: "exact", values: ["read"] },
      possession: { ...base.possession, maxAge: 20 },
    });
    expect(base.possession).toEqual({
      enforcement: "required",
      maxAge: 60,
      nonceRequired: true,
      replayAllowed: false,
    });
  });

  test("lists are replaced as a whole", () => {
    const own = `${step}        config: {assertions: {audience: [https://other.example]}}\n`;
    expect(jwtOf({ rules: spoil(rules, step, own) }).audience).toEqual(["https://other.example"]);
  });

  test("a rule may use the other spelling", () => {
    const named = spoil(
      mechanisms,
      "        error_signaling: {enabled: true}",
      "        principal: {id: sub, attributes: act}\n        error_signaling: {enabled: true}",
    );
    const own = `${step}        config: {subject: {id: client_id}}\n`;
    const merged = jwtOf({ mechanisms: named, rules: spoil(rules, step, own) });
    expect(merged.principal).toEqual({ id: "client_id", attributes: "act" });
  });

  test("defaults come last, from nowhere but here", () => {
    const bare = mechanisms
      .replace(/ {10}allowed_algorithms[\s\S]*?error_signaling: .*\n/, "")
      .replace(/ {10}audience.*\n/, "");
    expect(jwtOf({ mechanisms: bare })).toEqual({
      type: "jwt",
      id: "dpop_jwt",
      keys: {
        endpoint: { url: "https://idp.example/certs", headers: {}, timeout: 5 },
        kind: "jwks",
        verifyIssuer: true,
        cacheTtl: 600,
      },
      issuers: ["https://idp.example"],
      audience: [],
      algorithms: ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA", "Ed25519"],
      leeway: 10,
      tokenTypes: ["at+jwt", "jwt", ""],
      possession: {
        enforcement: "opportunistic",
        maxAge: 60,
        nonceRequired: false,
        replayAllowed: false,
      },
      signaling: { enabled: false, description: false, algorithms: false },
      principal: { id: "sub", attributes: "@this" },
    });
  });

  test("a rule's cors is merged over that of serve", () => {
    const shared = spoil(
      mechanisms,
      "serve:\n",
      "serve:\n  cors: {allowed_origins: [https://app.example.com], max_age: 10m}\n",
    );
    const own = spoil(
      rules,
      "    execute:\n",
      "    cors: {allowed_methods: [GET]}\n    execute:\n",
    );
    const { cors, rules: compiled } = configurationOf(
      compilePair({ mechanisms: shared, rules: own }),
    );
    expect(cors).toEqual({
      allowedOrigins: ["https://app.example.com"],
      allowedMethods: ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH"],
      allowedHeaders: ["Authorization", "DPoP", "Content-Type"],
      exposedHeaders: [],
      allowCredentials: false,
      maxAge: 600,
    });
    expect(compiled[0]?.cors).toEqual({ ...cors, allowedMethods: ["GET"] });
  });
});

describe("inheritance", () => {
  const bare = (execute: string) =>
    `rules:\n  - id: one\n    match: {path: /one}\n    execute: ${execute}\n`;
  const stages = (text: string) => {
    const [rule] = configurationOf(compilePair({ rules: text })).rules;
    return [rule?.authenticators, rule?.authorizers, rule?.finalizers].map((stage) =>
      stage?.map(({ id }) => id),
    );
  };

  test("a stage that is left out is the default rule's", () => {
    expect(stages(bare("[]"))).toEqual([["deny_all"], ["allow_all"], ["internal_token"]]);
    expect(stages(bare("[{authenticator: dpop_jwt}]"))).toEqual([
      ["dpop_jwt"],
      ["allow_all"],
      ["internal_token"],
    ]);
    expect(stages(bare("[{authorizer: deny_it}]"))).toEqual([
      ["deny_all"],
      ["deny_it"],
      ["internal_token"],
    ]);
    expect(stages(bare("[{finalizer: who}, {finalizer: nothing}]"))).toEqual([
      ["deny_all"],
      ["allow_all"],
      ["who", "nothing"],
    ]);
  });

  test("a step's own id is the name of what runs", () => {
    expect(stages(bare("[{authenticator: dpop_jwt, id: first}]"))[0]).toEqual(["first"]);
  });

  const without = mechanisms.replace(/default_rule:[\s\S]*/, "");

  test("without a default rule every rule brings its own authenticators", () => {
    const configuration = configurationOf(compilePair({ mechanisms: without }));
    expect(configuration.defaultRule).toBeUndefined();
    const lacking = problemsOf(
      compilePair({ mechanisms: without, rules: bare("[{finalizer: who}]") }),
    );
    expect(lacking.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "the rule one has no authenticator, and there is no default_rule to lend one"],
    ]);
  });
});

describe("what goes into the configuration", () => {
  test("the window reaches past the oldest acceptable proof of any rule", () => {
    const own = `${step}        config: {assertions: {validity_leeway: 30s, proof_of_possession: {config: {max_age: 5m}}}}\n`;
    expect(configurationOf(compilePair()).replay).toEqual({
      mode: "generation",
      shards: 16,
      regions: "auto",
      window: 130,
    });
    expect(configurationOf(compilePair({ rules: spoil(rules, step, own) })).replay.window).toBe(
      390,
    );
  });

  test("a secret is where it is, never what it is", () => {
    expect(configurationOf(compilePair()).secrets).toEqual({
      nonce_keys: { kind: "jwks", from: { binding: "DPOP_NONCE_KEYS" } },
      signing_keys: { kind: "pem", from: { binding: "SIGNING_KEY_PEM" } },
      idp_key: { kind: "inline", from: { binding: "IDP_API_KEY" } },
    });
  });

  test("methods, hosts and captures are resolved", () => {
    const changed = spoil(
      spoil(rules, "[GET, POST]", '[ALL, "!TRACE"]'),
      "[api.example.com]",
      '["API.example.com", "*.Example.com"]',
    );
    const [rule] = configurationOf(compilePair({ rules: changed })).rules;
    expect(rule?.match).toMatchObject({
      hosts: ["api.example.com", "*.example.com"],
      methods: [],
      excludedMethods: ["TRACE"],
    });
    expect(rule?.match.routes[1]).toMatchObject({
      expression: "/api/:name/*rest",
      captures: [{ name: "name" }],
    });
  });

  test.each([
    ["127.0.0.1:8081", "http"],
    ["localhost", "http"],
    ["upstream.example", "https"],
  ])("the scheme towards %s is %s", (host, scheme) => {
    const [rule] = configurationOf(
      compilePair({ rules: spoil(rules, "upstream.example:8081", host) }),
    ).rules;
    expect(rule?.forwardTo).toEqual({
      scheme,
      host,
      forwardHostHeader: true,
      stripQueryParameters: [],
    });
  });

  test("it is JSON through and through", () => {
    const configuration = configurationOf(compilePair());
    expect(JSON.parse(JSON.stringify(configuration))).toEqual(configuration);
  });
});
