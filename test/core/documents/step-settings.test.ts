import { describe, expect, test } from "vitest";
import { shapeOf } from "../../../src/documents/schema/introspection.ts";
import {
  mechanismConfigs,
  mechanismKinds,
} from "../../../src/documents/schema/mechanism-config.ts";
import { stepSettings } from "../../../src/documents/schema/step-settings.ts";
import { compilePair, configurationOf, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

const authenticator = "      - authenticator: dpop_jwt\n";
const withConfig = (config: string) =>
  spoil(rules, authenticator, `${authenticator}        config: ${config}\n`);
const withFinalizer = (config: string) =>
  spoil(
    rules,
    "        config:\n          claims: |",
    `        config:\n          ${config}\n          claims: |`,
  );

describe("what makes a mechanism trustworthy is its own", () => {
  // biome-ignore format: a row is what a step would set and what is said about it
  test.each([
    ["jwks_endpoint", withConfig("{jwks_endpoint: https://evil.example/certs}"), "rules[0].execute[0].config.jwks_endpoint", "chooses whose tokens are trusted"],
    ["jwks_endpoint", withConfig("{jwks_endpoint: {timeout: 1s}}"), "rules[0].execute[0].config.jwks_endpoint", "chooses whose tokens"],
    ["metadata_endpoint", withConfig("{metadata_endpoint: https://evil.example/meta}"), "rules[0].execute[0].config.metadata_endpoint", "chooses whose tokens"],
    ["jwt_source", withConfig("{jwt_source: [{header: Authorization}]}"), "rules[0].execute[0].config.jwt_source", "where a token is read from"],
    ["signer", withFinalizer("signer: {source: nonce_keys}"), "rules[0].execute[1].config.signer", "upstreams trust internal tokens"],
    ["signer", withFinalizer("signer: {name: https://other.example}"), "rules[0].execute[1].config.signer", "upstreams trust internal tokens"],
    ["shape", withFinalizer("shape: transaction_token"), "rules[0].execute[1].config.shape", "upstreams know"],
    ["header", withFinalizer("header: {name: X-Token}"), "rules[0].execute[1].config.header", "upstreams trust"],
  ])("a step may not set %s", (key, text, path, reason) => {
    expect(problemsOf(compilePair({ rules: text }))).toMatchObject([
      {
        path,
        reason: expect.stringMatching(new RegExp(`^a step may not set ${key}: .*${reason}`)),
        suggestion: expect.stringContaining("in the mechanism"),
      },
    ]);
  });

  test("nor may a step of the default rule", () => {
    const text = spoil(
      mechanisms,
      "{finalizer: internal_token}]",
      "{finalizer: internal_token, config: {signer: {source: signing_keys}}}]",
    );
    expect(problemsOf(compilePair({ mechanisms: text }))).toMatchObject([
      { path: "default_rule.execute[2].config.signer" },
    ]);
  });

  test.each(["issuers", "token_types"])("%s get fewer in a step, never more", (key) => {
    const two = spoil(
      mechanisms,
      "issuers: [https://idp.example]",
      "issuers: [https://idp.example, https://b.example]\n          token_types: [at+jwt, https://b.example]",
    );
    const fewer = withConfig(`{assertions: {${key}: [https://b.example]}}`);
    expect(compilePair({ mechanisms: two, rules: fewer })).toMatchObject({ ok: true });
    const more = withConfig(`{assertions: {${key}: [https://b.example, JWT]}}`);
    expect(problemsOf(compilePair({ mechanisms: two, rules: more }))).toMatchObject([
      {
        path: `rules[0].execute[0].config.assertions.${key}[1]`,
        reason: `a step may not add to assertions.${key}: the mechanism says who is trusted`,
        found: '"JWT"',
      },
    ]);
  });

  test("metadata say who the issuer is, and a step does not", () => {
    const metadata = spoil(
      spoil(
        mechanisms,
        "jwks_endpoint: {url: https://idp.example/certs}",
        "metadata_endpoint: https://idp.example/meta",
      ),
      "          issuers: [https://idp.example]\n",
      "",
    );
    const text = withConfig("{assertions: {issuers: [https://other.example]}}");
    expect(compilePair({ mechanisms: metadata })).toMatchObject({ ok: true });
    expect(problemsOf(compilePair({ mechanisms: metadata, rules: text }))).toMatchObject([
      { reason: expect.stringContaining("may not add to assertions.issuers") },
    ]);
  });
});

describe("what narrows or describes may stand in a step", () => {
  test.each([
    "{assertions: {audience: [a], scopes: [b], allowed_algorithms: [ES256], validity_leeway: 1s, proof_of_possession: {config: {max_age: 20s}}}}",
    "{error_signaling: {realm: api}, cache_ttl: 1m, principal: {id: client_id}}",
    "{assertions: {token_types: [at+jwt]}}",
  ])("%s", (config) => {
    expect(configurationOf(compilePair({ rules: withConfig(config) })).rules).toHaveLength(1);
  });

  test("of the internal token: claims, values, ttl and audience", () => {
    const text = withFinalizer('values: {a: "b"}\n          ttl: 10s\n          audience: other');
    expect(configurationOf(compilePair({ rules: text })).rules[0]?.finalizers).toMatchObject([
      { ttl: 10, audience: ["other"] },
    ]);
  });

  test("every key of every mechanism is judged, once", () => {
    for (const kind of mechanismKinds) {
      for (const [type, schema] of Object.entries(mechanismConfigs[kind])) {
        const { open, closed } = stepSettings(kind, type);
        const judged = [...open, ...Object.keys(closed)];
        const keys = Object.keys(shapeOf(schema));
        expect(judged.toSorted(), `${kind}.${type}`).toEqual(keys.toSorted());
      }
    }
  });
});
