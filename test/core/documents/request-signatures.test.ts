import { expect, test } from "vitest";
import { compilePair, configurationOf, mechanisms, problemsOf, spoil } from "./pair.ts";

const endpoint = "{url: https://idp.example/certs}";
const signed = (config: string) =>
  compilePair({
    mechanisms: spoil(
      mechanisms,
      endpoint,
      `{url: https://idp.example/certs, auth: {type: http_message_signatures, config: ${config}}}`,
    ),
  });

test("signed requests to an endpoint; their code travels only with one", () => {
  const configuration = configurationOf(
    signed(
      '{components: ["@method", X-Tenant, x-tenant], signer: {secret: {source: signing_keys}}}',
    ),
  );
  const [authenticator] = configuration.rules[0]?.authenticators ?? [];
  expect(authenticator?.type === "jwt" && authenticator.keys.endpoint.auth).toEqual({
    type: "http_message_signatures",
    key: { source: "signing_keys" },
    components: ["@method", "x-tenant"],
    label: "sig",
    tag: "heimdall",
    ttl: 60,
  });
  expect(configuration.needs).toContain("requestSignatures");
  expect(configurationOf(compilePair({})).needs).not.toContain("requestSignatures");
});

test.each([
  ["nothing is covered", "components: [], signer: {secret: {source: signing_keys}}", "components"],
  [
    "a component that there is not",
    'components: ["@status"], signer: {secret: {source: signing_keys}}',
    "components[0]",
  ],
  [
    "a text as key",
    'components: ["@method"], signer: {secret: {source: idp_key}}',
    "signer.secret.source",
  ],
  [
    "a label that is none",
    'components: ["@method"], label: "a b", signer: {secret: {source: signing_keys}}',
    "label",
  ],
])("%s", (_, config, key) => {
  expect(problemsOf(signed(`{${config}}`)).map(({ path }) => path)).toEqual([
    `mechanisms.authenticators[2].config.jwks_endpoint.auth.config.${key}`,
  ]);
});
