// biome-ignore-all lint/suspicious/noTemplateCurlyInString: documents are written like this
import { describe, expect, test } from "vitest";
import {
  compile,
  type MechanismsDocument,
  type RulesDocument,
} from "../../../src/documents/index.ts";
import { compilePair, configurationOf, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

describe("two spellings, one meaning", () => {
  const match = /match:[\s\S]*?forward_to/;
  const routes =
    "match: {routes: [{path: /api/**}], methods: [GET], hosts: [a.example], scheme: https}\n    forward_to";
  const http =
    "match: {http: {paths: [{path: /api/**}], methods: [GET], hosts: [a.example], scheme: https}}\n    forward_to";
  const path =
    "match: {path: /api/**, methods: [GET], hosts: [a.example], scheme: https}\n    forward_to";
  const paths =
    "match: {path: [{path: /api/**}], methods: [GET], hosts: [a.example], scheme: https}\n    forward_to";

  test.each([http, path, paths])("%s", (other) => {
    const first = configurationOf(compilePair({ rules: rules.replace(match, routes) }));
    expect(configurationOf(compilePair({ rules: rules.replace(match, other) }))).toEqual(first);
  });

  test.each([
    ["{url: https://idp.example/certs}", "https://idp.example/certs"],
    ["signer: {source: signing_keys}", "signer: {secret: {source: signing_keys}}"],
    [
      "error_signaling: {enabled: true}",
      "error_signaling: {enabled: true}\n        principal: {id: sub}",
    ],
    [
      "error_signaling: {enabled: true}",
      "error_signaling: {enabled: true}\n        subject: {id: sub}",
    ],
    ["validity_leeway: 10s", "validity_leeway: 10000ms"],
    ["audience: upstream}", "audience: [upstream]}"],
  ])("%s and %s", (one, other) => {
    const changed = spoil(mechanisms, one, other);
    expect(configurationOf(compilePair({ mechanisms: changed }))).toEqual(
      configurationOf(compilePair()),
    );
  });

  test("a typed object is the same document", () => {
    const typedMechanisms: MechanismsDocument = {
      serve: { public_origin: "https://api.example.com" },
      mechanisms: {
        authenticators: [
          {
            id: "idp",
            type: "jwt",
            config: {
              jwks_endpoint: { url: "https://idp.example/certs" },
              assertions: { issuers: ["https://idp.example"], audience: ["${AUDIENCE:-api}"] },
            },
          },
        ],
      },
    };
    const typedRules: RulesDocument = {
      rules: [
        { id: "one", match: { routes: [{ path: "/one" }] }, execute: [{ authenticator: "idp" }] },
      ],
    };
    const fromObjects = compile(
      { mechanisms: { document: typedMechanisms }, rules: [{ document: typedRules }] },
      { environment: {} },
    );
    const fromTexts = compilePair({
      mechanisms: JSON.stringify(typedMechanisms),
      rules: JSON.stringify(typedRules),
    });
    expect(configurationOf(fromObjects)).toEqual(configurationOf(fromTexts));
    expect(configurationOf(fromObjects).rules[0]?.authenticators[0]).toMatchObject({
      audience: ["api"],
    });
  });

  test("a typed object is told its problems by path", () => {
    const wrong: RulesDocument = {
      rules: [{ id: "one", match: { path: "nowhere" }, execute: [{ authenticator: "nobody" }] }],
    };
    const result = compile(
      { mechanisms: { document: { mechanisms: {} } }, rules: [{ document: wrong }] },
      { environment: {} },
    );
    expect(problemsOf(result).map(({ file, path, line }) => [file, path, line])).toEqual([
      ["rules", "rules[0].execute[0].authenticator", undefined],
      ["rules", "rules[0].match.path", undefined],
    ]);
  });
});

describe("several rule sets", () => {
  test("are one list; an id is used once", () => {
    const one = (id: string, path: string) => `rules: [{id: ${id}, match: {path: ${path}}}]`;
    const compileSets = (...texts: string[]) =>
      compile(
        {
          mechanisms: { file: "mechanisms.yaml", text: mechanisms },
          rules: texts.map((text, index) => ({ file: `rules/${index}.yaml`, text })),
        },
        { environment: {} },
      );
    expect(
      configurationOf(compileSets(one("a", "/a"), one("b", "/b"))).rules.map(({ id }) => id),
    ).toEqual(["a", "b"]);
    expect(
      problemsOf(compileSets(one("a", "/a"), one("a", "/b"))).map(({ file, path, reason }) => [
        file,
        path,
        reason,
      ]),
    ).toEqual([["rules/1.yaml", "rules[0].id", "two rules have the id a"]]);
    expect(problemsOf(compileSets(one("a", "/:x"), one("b", "/:y")))).toMatchObject([
      {
        file: "rules/1.yaml",
        reason: "the same path with the same conditions as in a (rules/0.yaml:1:31)",
      },
    ]);
  });
});
