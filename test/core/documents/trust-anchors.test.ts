import { expect, test } from "vitest";
import { compilePair, configurationOf, mechanisms, problemsOf, spoil } from "./pair.ts";

const signaling = "        error_signaling: {enabled: true}\n";
const withSource = spoil(
  mechanisms,
  "  idp_key:",
  "  idp_ca: {type: pem, config: {secret: IDP_CA}}\n  idp_key:",
);
const compiled = (...lines: string[]) =>
  compilePair(
    {
      mechanisms: spoil(
        withSource,
        signaling,
        signaling + lines.map((line) => `        ${line}\n`).join(""),
      ),
    },
    { target: "cloudflare" },
  );

function anchorsOf(result: ReturnType<typeof compiled>) {
  const [rule] = configurationOf(result).rules;
  const [authenticator] = rule?.authenticators ?? [];
  return authenticator?.type === "jwt" ? authenticator.keys.trustAnchors : "no jwt";
}

test.each([
  ["alone", []],
  ["with validate_jwk", ["validate_jwk: true"]],
])("trust_anchors %s", (_, more) => {
  const result = compiled("trust_anchors: {source: idp_ca}", ...more);
  expect(anchorsOf(result)).toBe("idp_ca");
  expect(configurationOf(result).needs).toContain("keyCertificates");
  expect(result.notes).toEqual([]);
});

test("without them no certificate is looked at, and no code for it travels", () => {
  for (const result of [compiled(), compiled("validate_jwk: false")]) {
    expect(anchorsOf(result)).toBeUndefined();
    expect(configurationOf(result).needs).not.toContain("keyCertificates");
  }
});

test("validate_jwk: false makes them idle, which is said", () => {
  const result = compiled("validate_jwk: false", "trust_anchors: {source: idp_ca}");
  expect(anchorsOf(result)).toBeUndefined();
  expect(result.notes.map(({ path, reason }) => [path, reason])).toEqual([
    [
      "mechanisms.authenticators[2].config.validate_jwk",
      "certificates are not judged: trust_anchors is not used",
    ],
  ]);
});

test.each([
  ["nobody to lead to", "validate_jwk: true", "validate_jwk", /no trust store of a system/],
  [
    "a source that there is not",
    "trust_anchors: {source: idp_cb}",
    "trust_anchors.source",
    /no such secret source/,
  ],
  [
    "texts",
    "trust_anchors: {source: idp_key}",
    "trust_anchors.source",
    /holds nothing for trust anchors/,
  ],
  [
    "a selector",
    "trust_anchors: {source: idp_ca, selector: one}",
    "trust_anchors.selector",
    /nothing to select/,
  ],
])("%s", (_, line, key, reason) => {
  const problems = problemsOf(compiled(line));
  expect(problems.map(({ path }) => path)).toEqual([`mechanisms.authenticators[2].config.${key}`]);
  expect(problems[0]?.reason).toMatch(reason);
});

test("a rule does not choose its own", () => {
  const rules = `\
rules:
  - id: one
    match: {routes: [{path: /one}]}
    forward_to: {host: upstream.example}
    execute:
      - authenticator: dpop_jwt
        config: {trust_anchors: {source: idp_ca}}
`;
  const problems = problemsOf(compilePair({ mechanisms: withSource, rules }));
  expect(problems.map(({ reason }) => reason)).toEqual([
    expect.stringContaining("certificates decide which of the issuer's keys are trusted"),
  ]);
});
