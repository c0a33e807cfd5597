import { describe, expect, test } from "vitest";
import { compilePair, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

const alone = `rules:\n  - {id: a, match: {path: /x, methods: [GET]}, forward_to: {host: localhost}}\n`;

/** What compiles and may surprise. */
const notes: readonly (readonly [
  says: string,
  path: string,
  pair: { mechanisms?: string; rules?: string },
])[] = [
  [
    "without audience, an upstream",
    "mechanisms.finalizers[0].config.signer",
    { mechanisms: spoil(mechanisms, ", audience: upstream", "") },
  ],
  [
    "without audience, tokens that the issuer made",
    "mechanisms.authenticators[2].config.assertions.audience",
    { mechanisms: spoil(mechanisms, "          audience: [https://api.example.com]\n", "") },
  ],
  [
    "works again and again",
    "mechanisms.authenticators[2].config.assertions.proof_of_possession.config.replay_allowed",
    { mechanisms: spoil(mechanisms, "replay_allowed: false", "replay_allowed: true") },
  ],
  [
    "without encryption",
    "rules[0].forward_to.rewrite.scheme",
    {
      rules: spoil(
        rules,
        'host: "upstream.example:8081"',
        "host: upstream.example, rewrite: {scheme: http}",
      ),
    },
  ],
  [
    "where no rule matches, whoever dpop_jwt knows is let pass",
    "default_rule.execute[0].authenticator",
    {
      mechanisms: spoil(
        mechanisms,
        "execute: [{authenticator: deny_all}",
        "execute: [{authenticator: dpop_jwt}",
      ),
    },
  ],
  [
    "the header X-Forwarded-For is whatever the client wrote",
    "rules[0].execute[1].if",
    {
      rules: spoil(
        rules,
        "- finalizer: internal_token",
        '- finalizer: internal_token\n        if: \'Request.Method == "GET" || Request.Header("X-Forwarded-For").startsWith("10.")\'',
      ),
    },
  ],
  [
    "inline values become part of the build",
    "secret_management.idp_key.config",
    { mechanisms: spoil(mechanisms, "{secret: IDP_API_KEY}", "{key: development}") },
  ],
  [
    "a browser cannot send a token with its proof",
    "serve.cors.allowed_headers",
    {
      mechanisms: spoil(
        mechanisms,
        "serve:\n",
        "serve:\n  cors: {allowed_headers: [Authorization]}\n",
      ),
    },
  ],
  [
    "a Worker has no files",
    "secret_management.signing_keys.config.path",
    { mechanisms: spoil(mechanisms, "{secret: SIGNING_KEY_PEM}", "{path: key.pem}") },
  ],
  [
    "a proxy needs forward_to",
    "rules[0]",
    { rules: spoil(rules, '    forward_to: {host: "upstream.example:8081"}\n', "") },
  ],
  [
    "the order decides: a (rules.yaml:2:27)",
    "rules[1].match.path",
    {
      rules: `${alone}  - {id: b, match: {path: /x, methods: [GET, POST]}, forward_to: {host: localhost}}\n`,
    },
  ],
  [
    "never reached: a (rules.yaml:2:27)",
    "rules[1].match.path",
    {
      rules: `${alone}  - {id: b, match: {path: /x, methods: [GET], scheme: https}, forward_to: {host: localhost}}\n`,
    },
  ],
];

describe("notes", () => {
  test.each(notes)("%s", (says, path, pair) => {
    const result = compilePair(pair);
    expect(problemsOf(result)).toEqual([]);
    expect(result.notes).toMatchObject([{ path, reason: expect.stringContaining(says) }]);
  });

  test.each([
    ["other methods", "{path: /x, methods: [POST]}"],
    ["another host", "{path: /x, methods: [GET], hosts: [other.example]}"],
    ["a more specific path", "{path: /x/y, methods: [GET]}"],
  ])("order makes no difference with %s", (_, match) => {
    const result = compilePair({
      rules: `${alone}  - {id: b, match: ${match}, forward_to: {host: localhost}}\n`,
    });
    expect(problemsOf(result)).toEqual([]);
    expect(result.notes).toEqual([]);
  });
});
