import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { convert } from "../../../cli/convert/convert.ts";

function converted(files: Readonly<Record<string, string>>) {
  const result = convert(Object.entries(files).map(([file, text]) => ({ file, text })));
  const texts = Object.fromEntries(result.files.map(({ name, text }) => [name, text]));
  const says = result.files.flatMap(({ todos }) =>
    todos.map(({ question, says }) => `${question}: ${says}`),
  );
  return { ...result, texts, says };
}

const plain = `mechanisms:
  authenticators: [{id: deny_all, type: unauthorized}]
default_rule: {execute: [{authenticator: deny_all}]}
`;

describe("what a document refers to twice", () => {
  test("is written out: nothing that is changed or taken away is missed elsewhere", () => {
    const { texts } = converted({
      "heimdall-config.yaml": `mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: one
      type: oauth2_introspection
      config: &config # shared
        introspection_endpoint:
          url: https://idp.example/introspect
          auth: {type: basic_auth, config: {user: edge, password: &password hunter2}}
        subject: {id: sub}
    - id: two
      type: oauth2_introspection
      config:
        <<: *config
        cache_ttl: 1m
  finalizers:
    - {id: tokens, type: oauth2_client_credentials, config: {token_url: "https://idp.example/token", client_id: x, client_secret: *password}}
default_rule: {execute: [{authenticator: deny_all}]}
`,
    });
    const text = texts["mechanisms.yaml"] ?? "";
    expect(text).not.toMatch(/hunter2|[&*](config|password)|<<|subject:/);
    expect(text).toContain("# shared");
    const auth = (selector: string) => ({
      config: { user_id: "edge", password: { source: "mechanism_secrets", selector } },
    });
    expect(parse(text)).toMatchObject({
      mechanisms: {
        authenticators: [
          {},
          { config: { introspection_endpoint: { auth: auth("one") }, principal: { id: "sub" } } },
          { config: { introspection_endpoint: { auth: auth("two") }, cache_ttl: "1m" } },
        ],
        finalizers: [
          { config: { client_secret: { source: "mechanism_secrets", selector: "tokens" } } },
        ],
      },
    });
  });

  const bomb = Array.from({ length: 12 }, (_, at) =>
    at === 0
      ? "a0: &a0 [x, x]"
      : `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(", ")}]`,
  ).join("\n");
  test.each([
    ["nowhere", "mechanisms: *nothing\n", /nothing/],
    ["to itself", "mechanisms: &all {x: *all}\n", /never ends/],
    ["to ever more", `${bomb}\nmechanisms: {}\n`, /too much/],
  ])("leads %s: refused", (_, text, says) => {
    expect(() => converted({ "x.yaml": text })).toThrow(says);
  });
});

describe("what a file may be", () => {
  test("CRLF, a byte order mark, and a file without anything", () => {
    const windows = `\ufeff${plain.replaceAll("\n", "\r\n")}`;
    const once = converted({
      "heimdall-config.yaml": windows,
      "empty.yaml": "",
      "no.yaml": "# x\n",
    });
    expect(once.texts["mechanisms.yaml"]).not.toContain("\r");
    const crlf = Object.fromEntries(
      Object.entries(once.texts).map(([name, text]) => [name, text.replaceAll("\n", "\r\n")]),
    );
    expect(converted(crlf).texts).toEqual(once.texts);
    expect(once.others).toEqual([]);
  });

  test.each([
    ["a key twice", "mechanisms: {}\nmechanisms: {}\n", /unique/],
    ["tabs", "mechanisms:\n\tauthenticators: []\n", /[Tt]ab/],
    ["deep nesting", `mechanisms: ${"[".repeat(20_000)}`, /./],
    ["nothing of Heimdall's", "a: 1\n", /Neither/],
  ])("%s is refused", (_, text, says) => {
    expect(() => converted({ "x.yaml": text })).toThrow(says);
  });

  test("what is passed over is told: a missing rule may leave requests to a wider one", () => {
    const { others } = converted({
      "a.yaml": `${plain}---\nkind: ConfigMap\n---\n# nothing\n`,
      "b.yaml": "kind: List\nitems: [{kind: Secret}, {kind: RuleSet, spec: {rules: []}}]\n",
      "c.yaml": "rule: []\n",
    });
    expect(others).toEqual([
      "a.yaml, document 2: a ConfigMap",
      "b.yaml: a Secret",
      "c.yaml: no rules and no mechanisms",
    ]);
  });

  test("a configuration that names rules is no rule set", () => {
    const { files } = converted({ "x.yaml": `${plain}rules: {default: {}}\n` });
    expect(files.map(({ name }) => name)).toEqual(["mechanisms.yaml"]);
  });

  test("a thousand rules, each with something left", () => {
    const rule = (at: number) =>
      `  - {id: r${at}, match: {routes: [{path: /r${at}}], hosts: [{type: regex, value: ".*"}]}, execute: [{authenticator: a}, {authenticator: b}]}\n`;
    const rules = `version: "1alpha4"\nrules:\n${Array.from({ length: 1000 }, (_, at) => rule(at)).join("")}`;
    const { says } = converted({ "heimdall-config.yaml": plain, "rules.yaml": rules });
    expect(says.length).toBeGreaterThan(2000);
  });
});

describe("a secret is not copied", () => {
  test("from any place", () => {
    const { texts, says } = converted({
      "heimdall-config.yaml": `secret_management:
  values: {type: inline, config: {key: hunter2, other: {user: a, password: hunter3}}}
  keys: {type: pem, config: {path: /k.pem, password: hunter4}}
${plain}providers:
  http_endpoint: {endpoints: [{url: "https://a.example", auth: {type: api_key, config: {in: header, name: X, value: hunter5}}}]}
  kubernetes: {tls: {key_store: {path: /x.pem, password: hunter6}}}
cache: {type: redis, config: {credentials: {username: a, password: 7777}}}
serve: {tls: {key_store: {path: /y.pem, password: hunter8}}}
`.replace(
        "mechanisms:\n",
        `mechanisms:
  contextualizers:
    - id: c
      type: generic
      config:
        endpoint: {url: "https://c.example", headers: {X-Api-Token: hunter9}, auth: {type: basic_auth, config: {user: a, password: 123456}}}
`,
      ),
    });
    expect(texts["mechanisms.yaml"]).not.toMatch(/hunter[2-8]|7777|123456/);
    expect(says.join("\n")).toContain("what X-Api-Token says would be written into the build");
    expect(says.join("\n")).not.toMatch(/hunter/);
  });

  test("a source of the name that is needed is left alone", () => {
    const { texts } = converted({
      "heimdall-config.yaml": `secret_management:
  signing_keys: {type: jwks, config: {secret: MINE}}
${plain.replace("mechanisms:\n", "mechanisms:\n  finalizers: [{id: jwt, type: jwt}]\n")}`,
    });
    expect(parse(texts["mechanisms.yaml"] ?? "")).toMatchObject({
      secret_management: {
        signing_keys: { type: "jwks", config: { secret: "MINE" } },
        signing_keys_2: { type: "pem", config: { secret: "SIGNING_KEYS_2" } },
      },
      mechanisms: { finalizers: [{ config: { signer: { source: "signing_keys_2" } } }] },
    });
  });

  test("0.17's file of trust anchors becomes a source", () => {
    const { texts, says } = converted({
      "heimdall-config.yaml": plain.replace(
        "{id: deny_all, type: unauthorized}",
        `{id: deny_all, type: unauthorized}, {id: idp, type: jwt, config: {jwks_endpoint: "https://idp.example/certs", assertions: {issuers: [x]}, validate_jwk: true, trust_store: /etc/ca.pem}}`,
      ),
    });
    expect(parse(texts["mechanisms.yaml"] ?? "")).toMatchObject({
      secret_management: {
        idp_trust_anchors: { type: "pem", config: { secret: "IDP_TRUST_ANCHORS" } },
      },
      mechanisms: {
        authenticators: [{}, { config: { trust_anchors: { source: "idp_trust_anchors" } } }],
      },
    });
    expect(says.join("\n")).toContain(
      "store the content of /etc/ca.pem as the secret IDP_TRUST_ANCHORS",
    );
  });
});
