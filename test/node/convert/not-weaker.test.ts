import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { convert } from "../../../cli/convert/convert.ts";
import { problemsOf } from "../../../cli/convert/leftovers.ts";

const mechanisms = `mechanisms:
  authenticators: [{id: deny_all, type: unauthorized}]
  error_handlers:
    - {id: standard, type: default}
    - {id: login, type: redirect, if: type(Error) == authentication_error, config: {to: "https://login.example"}}
    - id: older
      type: redirect
      config:
        to: https://login.example
        when:
          - error: [{type: authentication_error, raised_by: a}, {type: authorization_error}]
            request_headers: {Accept: [text/html, "image/*"], X-Page: ["*"]}
          - request_headers: {Accept: ["*/*"]}
    - {id: oldest, type: redirect, config: {to: "https://login.example", when: [{request_cidr: [10.0.0.0/8]}]}}
default_rule:
  methods: [GET]
  execute: [{authenticator: deny_all}]
  on_error: [{error_handler: login}, {error_handler: standard}]
`;

function rulesOf(rules: string, configuration?: string) {
  const sources = [{ file: "rules.yaml", text: rules }];
  const result = convert(
    configuration === undefined
      ? sources
      : [{ file: "heimdall-config.yaml", text: configuration }, ...sources],
  );
  const file = result.files.find(({ name }) => name === "rules.yaml");
  const document: { rules?: Array<Record<string, unknown>> } = parse(file?.text ?? "");
  const all = result.files.flatMap(({ todos }) => todos);
  return { all, rules: document.rules ?? [], result };
}

/** Rules of every age, to be put together at random. */
const fragments = {
  match: [
    'url: "https://<**>/a/<*>"',
    'url: "http://<*>/a"',
    'url: "https://a:8080/<**>", strategy: regex',
    "routes: [{path: /b/:x, path_params: [{name: x, type: regex, value: b+}]}], backtracking_enabled: true",
    "routes: [{path: /c/**}], hosts: [{type: glob, value: '*.a.example'}, {type: regex, value: b}]",
    "path: /<name>/<**>, methods: [GET]",
    "http: {paths: [{path: /d}], hosts: [d.example], scheme: https}",
  ],
  methods: ["", ", methods: [PUT]", ", methods: []"],
  execute: [
    "",
    ", execute: [{authenticator: a}, {authenticator: b, config: {subject: x}}]",
    ", execute: [{authorizer: c, if: 'true', config: {values: {x: '{{ .RequestURL.Path }}'}}}]",
  ],
  onError: [
    "",
    ", on_error: [{error_handler: login}, {error_handler: oldest}]",
    ", on_error: [{error_handler: older, config: {when: [{error: [{type: authentication_error}]}]}}]",
  ],
};

test("converting what was converted changes nothing, whatever stands in it", () => {
  const rule = fc
    .tuple(...Object.values(fragments).map((each) => fc.constantFrom(...each)))
    .map(([match, ...others]) => `match: {${match}}${others.join("")}`);
  const rules = fc
    .tuple(fc.constantFrom("1alpha3", "1alpha4", "1beta1"), fc.array(rule, { maxLength: 4 }))
    .map(
      ([version, all]) =>
        `version: "${version}"\nrules:\n${all.map((one, at) => `  # ${at}\n  - {id: r${at}, ${one}}\n`).join("") || "  []\n"}`,
    );
  fc.assert(
    fc.property(rules, fc.option(fc.constant(mechanisms)), (text, configuration) => {
      const { result } = rulesOf(text, configuration ?? undefined);
      const again = convert(result.files.map(({ name, text }) => ({ file: name, text })));
      expect(again.files).toEqual(result.files);
      expect(again.problems).toBe(result.problems);
    }),
    { numRuns: 60 },
  );
});

describe("an error handler answers no more errors than before", () => {
  test("its condition goes with each of its steps", () => {
    const { rules, all, result } = rulesOf(
      `version: "1alpha3"
rules:
  - id: a
    match: {url: "https://<**>/a"}
    on_error:
      - {error_handler: login}
      - {error_handler: login, config: {if: type(Error) == authorization_error}}
      - {error_handler: login, if: "true"}
      - {error_handler: older}
      - {error_handler: oldest}
      - {error_handler: standard}
`,
      mechanisms,
    );
    const older = [
      '((type(Error) == authentication_error && Error.Source == "a") || type(Error) == authorization_error)',
      '(Request.Header("Accept").lowerAscii().matches("(^|, *)text/html *(;|,|$)") || Request.Header("Accept").lowerAscii().matches("(^|, *)image/") || Request.Header("X-Page") != "")',
      'Request.Header("Accept").contains("/")',
    ];
    expect(rules[0]?.on_error).toEqual([
      { error_handler: "login", if: "type(Error) == authentication_error" },
      { error_handler: "login", if: "type(Error) == authorization_error" },
      { error_handler: "login", if: "true" },
      { error_handler: "older", if: older.join(" && ") },
      { error_handler: "oldest", if: null },
      { error_handler: "standard" },
    ]);
    expect(all.map(({ says }) => says)).toContain("write as if what `when` of oldest said");
    expect(problemsOf(result.files).map(({ path }) => path)).toContain("rules[0].on_error[4].if");
  });

  test("in the default rule too, and none is left in the mechanism", () => {
    const { result } = rulesOf("rules: []\n", mechanisms);
    const text = result.files[0]?.text ?? "";
    expect(parse(text)).toMatchObject({
      mechanisms: {
        error_handlers: [
          {},
          { id: "login", type: "redirect", config: { to: expect.anything() } },
          {},
          {},
        ],
      },
      default_rule: { on_error: [{ if: "type(Error) == authentication_error" }, {}] },
    });
    expect(text).not.toMatch(/when:/);
  });
});

describe("a rule matches no more than before", () => {
  test("no methods of its own were the default rule's, and an empty list was none", () => {
    const rules = (methods: string) =>
      `version: "1alpha3"\nrules: [{id: a, match: {url: "https://<**>/a"}${methods}}]\n`;
    for (const methods of ["", ", methods: []"]) {
      const known = rulesOf(rules(methods), mechanisms);
      expect(known.rules[0]).toMatchObject({ match: { methods: ["GET"] } });
      const unknown = rulesOf(rules(methods));
      expect(unknown.all.map(({ question }) => question)).toContain("matching");
      expect(unknown.all.map(({ says }) => says).join()).toContain("a: name its methods");
    }
  });

  test("what cannot be said keeps everything that it had", () => {
    const { rules } = rulesOf(
      `version: "1alpha3"\nrules: [{id: a, match: {url: "https://.*/a", strategy: regex}, methods: [PUT]}]\n`,
      mechanisms,
    );
    expect(rules[0]?.match).toEqual({ url: "https://.*/a", strategy: "regex", methods: ["PUT"] });
  });

  test("0.14 took the first of the list: where another would come first is told", () => {
    const { all } = rulesOf(
      `version: "1alpha3"
rules:
  - {id: guarded, match: {url: "https://<**>/a/<**>"}}
  - {id: open, match: {url: "https://<**>/a/open"}}
  - {id: elsewhere, match: {url: "https://<**>/b"}}
`,
      mechanisms,
    );
    expect(all.map(({ says }) => says)).toContain(
      "guarded came first for every request that it matched; here a more specific path does: see that open may",
    );
  });

  test("a star that was meant literally stays as it is, and does not compile", () => {
    const { rules, all } = rulesOf(
      `version: "1alpha4"\nrules: [{id: a, match: {routes: [{path: /a}], hosts: [{type: exact, value: "*.example.com"}]}}]\n`,
    );
    expect(rules[0]).toMatchObject({
      match: { hosts: [{ type: "exact", value: "*.example.com" }] },
    });
    expect(all.map(({ question }) => question)).toContain("matching");
  });
});
