import { describe, expect, test } from "vitest";
import { compilePair, configurationOf, mechanisms, problemsOf, spoil } from "./pair.ts";

describe("credentials of endpoints", () => {
  const withAuth = (auth: string) =>
    spoil(
      mechanisms,
      "{url: https://idp.example/certs}",
      `{url: https://idp.example/certs, auth: ${auth}}`,
    );
  const authOf = (auth: string) => {
    const dpop = configurationOf(compilePair({ mechanisms: withAuth(auth) })).rules[0]
      ?.authenticators[0];
    return dpop?.type === "jwt" ? dpop.keys.endpoint.auth : undefined;
  };

  test("are references, never values", () => {
    expect(
      authOf("{type: api_key, config: {in: header, name: X-Key, secret: {source: idp_key}}}"),
    ).toEqual({ type: "api_key", in: "header", name: "X-Key", value: { source: "idp_key" } });
    expect(
      authOf("{type: basic_auth, config: {user_id: edge, password: {source: idp_key}}}"),
    ).toEqual({ type: "basic_auth", user: "edge", password: { source: "idp_key" } });
  });

  test("of one entry of a source, whose user is read with its password", () => {
    expect(
      authOf("{type: basic_auth, config: {credentials: {source: idp_key, selector: edge}}}"),
    ).toEqual({
      type: "basic_auth",
      user: { source: "idp_key", selector: "edge/user_id" },
      password: { source: "idp_key", selector: "edge/password" },
    });
  });

  test.each([
    ["{type: basic_auth, config: {user_id: edge}}", "user_id and password are needed"],
    [
      "{type: api_key, config: {in: body, name: X, secret: {source: idp_key}}}",
      "not a value that is known here",
    ],
    [
      "{type: private_key_jwt, config: {client_id: edge, key: {source: signing_keys}}}",
      "private_key_jwt is for an introspection endpoint only",
    ],
    [
      "{type: api_key, config: {in: header, name: X, secret: {source: nonce_keys}}}",
      "a source of type jwks holds nothing for credentials",
    ],
    [
      "{type: oauth2_client_credentials, config: {token_url: 'http://idp.example', client_id: a, client_secret: {source: idp_key}}}",
      "plain http",
    ],
    [
      "{type: oauth2_client_credentials, config: {token_url: 'https://idp.example/token', client_id: a}}",
      "client_id and client_secret are needed",
    ],
    ["{type: digest, config: {}}", "not a type that is known here"],
  ])("%s", (auth, reason) => {
    expect(problemsOf(compilePair({ mechanisms: withAuth(auth) }))).toMatchObject([
      { reason: expect.stringContaining(reason) },
    ]);
  });

  test("from a file of YAML or JSON, where there are files", () => {
    const file = spoil(
      mechanisms,
      "{type: inline, config: {secret: IDP_API_KEY}}",
      "{type: file, config: {path: /etc/credentials.json, watch: true}}",
    );
    const { secrets } = configurationOf(compilePair({ mechanisms: file }, { target: "node" }));
    expect(secrets.idp_key).toEqual({
      kind: "inline",
      from: { path: "/etc/credentials.json" },
      mapping: true,
    });
    const onWorkers = compilePair({ mechanisms: file }, { target: "cloudflare" });
    expect(problemsOf(onWorkers)).toMatchObject([
      { reason: "a Worker has no files to read a secret from" },
    ]);
  });
});
