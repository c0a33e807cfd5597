import { describe, expect, test } from "vitest";
import { compilePair, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

type Pair = { readonly mechanisms?: string; readonly rules?: string };

// Documents that say what their author cannot mean: each is told where it stands, with what to write.
describe("problems", () => {
  const host = 'host: "upstream.example:8081"';
  const rows: readonly (readonly [name: string, path: string, suggestion: string, Pair])[] = [
    [
      "a method with a slip of the finger",
      "rules[0].match.methods[0]",
      "did you mean GET?",
      { rules: spoil(rules, "methods: [GET, POST]", "methods: [GTE, POST]") },
    ],
    [
      "an excluded one",
      "rules[0].match.methods[1]",
      "did you mean DELETE?",
      { rules: spoil(rules, "methods: [GET, POST]", 'methods: [ALL, "!DELTE"]') },
    ],
    [
      "an upstream that is the public origin",
      "rules[0].forward_to.host",
      "write the host of the API behind the edge",
      { rules: spoil(rules, host, "host: api.example.com") },
    ],
    [
      "a number of seconds without its unit",
      "mechanisms.authenticators[2].config.assertions.proof_of_possession.config.max_age",
      "write 60s",
      { mechanisms: spoil(mechanisms, "max_age: 1m", "max_age: 60") },
    ],
    [
      "the same as a text",
      "mechanisms.authenticators[2].config.assertions.proof_of_possession.config.max_age",
      "write 60s",
      { mechanisms: spoil(mechanisms, "max_age: 1m", 'max_age: "60"') },
    ],
    [
      "an origin with a slash",
      "serve.public_origin",
      "write https://api.example.com",
      {
        mechanisms: spoil(
          mechanisms,
          "public_origin: https://api.example.com",
          "public_origin: https://api.example.com/",
        ),
      },
    ],
    [
      "an origin without its scheme",
      "serve.public_origin",
      "write https://api.example.com",
      { mechanisms: spoil(mechanisms, "origin: https://api", "origin: api") },
    ],
    [
      "yes, of YAML 1.1",
      "mechanisms.authenticators[2].config.assertions.proof_of_possession.config.nonce_required",
      "write true",
      { mechanisms: spoil(mechanisms, "nonce_required: true", "nonce_required: yes") },
    ],
    [
      "a duration in days",
      "mechanisms.finalizers[0].config.ttl",
      "write 24h",
      { mechanisms: spoil(mechanisms, "ttl: 1m", "ttl: 1d") },
    ],
    [
      "a duration in words",
      "mechanisms.finalizers[0].config.ttl",
      "write 1m",
      { mechanisms: spoil(mechanisms, "ttl: 1m", "ttl: 1 minute") },
    ],
    [
      "a version as a number",
      "version",
      'write "1"',
      { rules: spoil(rules, 'version: "1"', "version: 1") },
    ],
    [
      "a method in lower case",
      "rules[0].match.methods[0]",
      "write GET",
      { rules: spoil(rules, "methods: [GET, POST]", "methods: [get, POST]") },
    ],
    [
      "an upstream with its scheme",
      "rules[0].forward_to.host",
      "write upstream.example:8081; another scheme than https is rewrite.scheme, a path rewrite.add_path_prefix",
      { rules: spoil(rules, host, 'host: "https://upstream.example:8081/v1"') },
    ],
    [
      "a colon without its space",
      "serve.timeout",
      "write a space after the colon: read: 20s",
      { mechanisms: spoil(mechanisms, "timeout: {read: 20s}", "timeout: read:20s") },
    ],
    [
      "a URL as a path",
      "rules[0].match.routes[0].path",
      "write /api; hosts are match.hosts",
      { rules: spoil(rules, "path: /api\n", "path: https://api.example.com/api\n") },
    ],
  ];
  test.each(rows)("%s", (_, path, suggestion, pair) => {
    expect(problemsOf(compilePair(pair))).toMatchObject([{ path, suggestion }]);
  });

  test("what may be a secret is not said again", () => {
    const key = spoil(mechanisms, "{secret: IDP_API_KEY}", "{key: 12345}");
    const [problem] = problemsOf(compilePair({ mechanisms: key }));
    expect(problem).toMatchObject({ path: "secret_management.idp_key.config.key" });
    expect(JSON.stringify(problem)).not.toContain("12345");
  });

  test("two issuers that nobody can tell apart: told at the authenticator that must name them", () => {
    const unnamed = `    - {id: first, type: jwt, config: {metadata_endpoint: https://a.example/.well-known/openid-configuration}}
`;
    const result = compilePair({
      mechanisms: spoil(mechanisms, "    - id: dpop_jwt\n", `${unnamed}    - id: dpop_jwt\n`),
      rules: spoil(
        rules,
        "      - authenticator: dpop_jwt\n",
        "      - authenticator: first\n      - authenticator: dpop_jwt\n",
      ),
    });
    expect(problemsOf(result)).toMatchObject([
      {
        path: "mechanisms.authenticators[2].config.assertions.issuers",
        suggestion: "write assertions: {issuers: [https://ISSUER]}",
      },
    ]);
  });
});

describe("notes", () => {
  const rows: readonly (readonly [says: string, path: string, Pair])[] = [
    ["there is no rule here", "rules", { rules: "rules: []\n" }],
    [
      "* alone is any rest",
      "rules[0].match.routes[0].path",
      { rules: spoil(rules, "- path: /api\n", "- path: /other/*\n") },
    ],
    [
      "{id} is taken as it stands: any one segment is :id",
      "rules[0].match.routes[0].path",
      { rules: spoil(rules, "- path: /api\n", '- path: "/other/{id}"\n') },
    ],
    [
      ".* is taken as it stands: any rest is **, and expressions are captures",
      "rules[0].match.routes[0].path",
      { rules: spoil(rules, "- path: /api\n", '- path: "/other/.*"\n') },
    ],
    [
      "few clients send",
      "rules[0].match.methods[0]",
      { rules: spoil(rules, "methods: [GET, POST]", "methods: [SUBSCRIBE, POST]") },
    ],
    [
      "longer than an hour",
      "mechanisms.finalizers[0].config.ttl",
      { mechanisms: spoil(mechanisms, "ttl: 1m", "ttl: 2h") },
    ],
    [
      "get the internal token internal_token too",
      "rules[0]",
      { rules: spoil(rules, "authenticator: dpop_jwt", "authenticator: anyone") },
    ],
    [
      "pass as Bearer tokens",
      "mechanisms.authenticators[2].config.assertions",
      {
        mechanisms: spoil(
          mechanisms,
          `          proof_of_possession:
            type: dpop
            config: {max_age: 1m, nonce_required: true, replay_allowed: false}
`,
          "",
        ),
      },
    ],
  ];
  test.each(rows)("%s", (says, path, pair) => {
    const result = compilePair(pair);
    expect(problemsOf(result)).toEqual([]);
    expect(result.notes).toContainEqual(
      expect.objectContaining({ path, reason: expect.stringContaining(says) }),
    );
  });

  test("the pair itself gives no reason for any", () => {
    expect(compilePair().notes).toEqual([]);
  });
});
