import { describe, expect, test } from "vitest";
import { compilePair, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

/** The rule's authenticators and finalizers, as written there. */
function rulesWith(execute: string): string {
  const from = rules.indexOf("      - authenticator: dpop_jwt");
  const to = rules.indexOf("    on_error:");
  return rules.slice(0, from) + execute + rules.slice(to);
}
const withoutIssuers = spoil(
  spoil(
    mechanisms,
    "jwks_endpoint: {url: https://idp.example/certs}",
    "metadata_endpoint: https://idp.example/.well-known/openid-configuration",
  ),
  "          issuers: [https://idp.example]\n",
  "",
);

describe("what an author cannot mean", () => {
  test.each([
    {
      name: "a leeway that keeps stolen proofs alive",
      pair: { mechanisms: spoil(mechanisms, "validity_leeway: 10s", "validity_leeway: 6m") },
      reason: "validity_leeway is at most 5m",
    },
    {
      name: "keys that are trusted for a year",
      pair: {
        mechanisms: spoil(
          mechanisms,
          "        error_signaling: {enabled: true}\n",
          "        error_signaling: {enabled: true}\n        cache_ttl: 9999h\n",
        ),
      },
      reason: "cache_ttl is at most 24h",
    },
    {
      name: "a default rule that lets nobody's requests pass after all",
      pair: {
        mechanisms: spoil(
          mechanisms,
          "execute: [{authenticator: deny_all},",
          "execute: [{authenticator: deny_all}, {authenticator: anyone},",
        ),
      },
      reason: "the default rule must refuse",
    },
    {
      name: "an authenticator that takes every issuer's tokens from the next one",
      pair: {
        mechanisms: withoutIssuers,
        rules: rulesWith(
          "      - authenticator: dpop_jwt\n      - authenticator: dpop_jwt\n        id: second\n",
        ),
      },
      reason: "nobody can tell which tokens second should judge",
    },
    {
      name: "two finalizers for one header",
      pair: {
        rules: rulesWith(
          "      - authenticator: dpop_jwt\n      - finalizer: internal_token\n      - finalizer: who\n        config: {headers: {authorization: x}}\n",
        ),
      },
      reason: "is already set by the finalizer internal_token",
    },
  ])("$name", ({ pair, reason }) => {
    expect(compilePair()).toMatchObject({ ok: true });
    expect(problemsOf(compilePair(pair)).map((problem) => problem.reason)).toEqual([
      expect.stringContaining(reason),
    ]);
  });
});

describe("what may surprise", () => {
  const told = (execute: string, text = mechanisms) => {
    const result = compilePair({ mechanisms: text, rules: rulesWith(execute) });
    expect(result).toMatchObject({ ok: true });
    return result.notes.map((note) => note.reason).join("\n");
  };
  const token = "      - finalizer: internal_token\n";

  test("an authenticator that is never asked", () => {
    expect(told(`      - authenticator: dpop_jwt\n${token}`)).not.toContain("never asked");
    expect(
      told(`      - authenticator: anyone\n      - authenticator: dpop_jwt\n${token}`),
    ).toContain("dpop_jwt is never asked");
  });

  test("one subject of two issuers, unless the claims tell them apart", () => {
    const issuers = "issuers: [https://idp.example";
    const two = spoil(mechanisms, issuers, `${issuers}, https://other.example`);
    const only = (issuer: string) => `        config: {assertions: {issuers: [${issuer}]}}\n`;
    const both = `      - authenticator: dpop_jwt\n${only("https://idp.example")}      - authenticator: dpop_jwt\n        id: second\n${only("https://other.example")}`;
    expect(told(both + token, two)).toContain("of two issuers");
    const claims = `        config: {claims: '{"idp": {{ quote .Subject.Attributes.iss }}}'}\n`;
    expect(told(both + token + claims, two)).not.toContain("of two issuers");
    expect(
      told(`      - authenticator: dpop_jwt\n      - authenticator: anyone\n${token}`),
    ).toContain("of nobody");
  });

  test("one subject of an issuer and of a service that knows sessions", () => {
    const session = spoil(
      mechanisms,
      "    - {id: anyone, type: anonymous}\n",
      "    - {id: anyone, type: anonymous}\n    - {id: session, type: generic, config: {identity_info_endpoint: https://s.example/, authentication_data_source: [{cookie: s}], principal: {id: id}}}\n",
    );
    const both = "      - authenticator: dpop_jwt\n      - authenticator: session\n";
    expect(told(both + token, session)).toContain("of two authenticators");
    expect(told(`      - authenticator: session\n${token}`, session)).not.toContain("a subject");
  });
});
