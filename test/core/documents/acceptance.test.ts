import { describe, expect, test } from "vitest";
import { compilePair, configurationOf, problemsOf } from "./pair.ts";

describe("the pair that every part must serve", () => {
  const design = {
    mechanisms: `
serve: {public_origin: https://api.example.com}
secret_management:
  nonce_keys:   {type: jwks, config: {secret: DPOP_NONCE_KEYS}}
  signing_keys: {type: pem,  config: {secret: SIGNING_KEY_PEM}}
master_key: {source: nonce_keys, selector: dpop-nonce-master-key-1}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: dpop_jwt
      type: jwt
      config:
        jwks_endpoint: {url: https://idp.example/certs}
        assertions:
          issuers: [https://idp.example]
          audience: [https://api.example.com]
          allowed_algorithms: [RS256, ES256]
          validity_leeway: 10s
          proof_of_possession:
            type: dpop
            config: {max_age: 1m, nonce_required: true, replay_allowed: false}
        error_signaling: {enabled: true, include_error_description: true, include_dpop_algorithms: true}
  finalizers:
    - {id: internal_token, type: jwt, config: {signer: {source: signing_keys}, ttl: 1m}}
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: internal_token}]
`,
    rules: `
rules:
  - id: upstream:api
    match:
      routes: [{path: /api}, {path: /api/**}]
    forward_to: {host: upstream.example:8081}
    execute:
      - authenticator: dpop_jwt
      - finalizer: internal_token
        config:
          claims: |
            {"url": {{ quote .Request.URL.String }}, "service": "upstream"}
`,
  };

  test("compiles for Cloudflare, with the one note that it deserves", () => {
    const result = compilePair(design, { target: "cloudflare" });
    const configuration = configurationOf(result);
    expect(configuration.defaultRule?.authenticators).toEqual([
      { type: "unauthorized", id: "deny_all" },
    ]);
    expect(configuration.rules[0]?.finalizers).toMatchObject([
      { type: "jwt", ttl: 60, signer: { source: "signing_keys", name: "dpop-edge" } },
    ]);
    expect(result.notes.map(({ path }) => path)).toEqual([
      "mechanisms.finalizers[0].config.signer",
    ]);
  });
});

describe("a pair as users of Heimdall have it", () => {
  const pair = {
    mechanisms: `
log: {level: debug}
tracing: {enabled: false}
serve:
  trusted_proxies: [10.0.0.0/8]
secret_management:
  nonces: {type: jwks, config: {path: /keys/nonces.jwks, watch: true}}
  signer: {type: pem, config: {path: /keys/signer.pem}}
  idp:
    type: inline
    config:
      reader: {user_id: edge, password: development}
master_key: {source: nonces, selector: first}
mechanisms:
  authenticators:
    - id: nobody
      type: unauthorized
    - id: anon
      type: anonymous
      config: {principal: guest}
    - id: tokens
      type: jwt
      config:
        metadata_endpoint:
          url: https://idp.example/realms/one/.well-known/openid-configuration
          auth: {type: basic_auth, config: {credentials: {source: idp, selector: reader}}}
          retry: {max_delay: 300ms, give_up_after: 2s}
          resolved_endpoints:
            jwks_uri: {http_cache: {enabled: true}}
        jwt_source:
          - {header: Authorization, scheme: Bearer}
        assertions:
          audience: [orders]
          scopes: {matching_strategy: hierarchic, values: [orders]}
          proof_of_possession: {type: dpop, config: {nonce_required: true}}
        principal: {id: sub, attributes: "@this"}
        cache_ttl: 5m
        error_signaling: {enabled: true, realm: orders, include_required_scope: true}
  finalizers:
    - id: token
      type: jwt
      config:
        signer: {name: edge, secret: {source: signer}}
        header: {name: X-Token}
        claims: |
          {
            {{ $mail := .Subject.Attributes.email -}}
            "email": {{ if $mail }}{{ quote $mail }}{{ else }}"none"{{ end }},
            "extra": {{ .Values | toJson }}
          }
    - {id: none, type: noop}
  error_handlers:
    - {id: default, type: default}
    - {id: ask, type: www_authenticate, config: {realm: Please authenticate}}
default_rule:
  execute:
    - authenticator: nobody
    - finalizer: token
  on_error:
    - error_handler: default
providers:
  file_system: {src: /etc/rules, watch: true}
`,
    rules: `
version: "1beta1"
name: orders
rules:
  - id: orders:public
    match:
      http:
        paths: [{path: /health}, {path: "/docs/<**>"}]
        methods: [GET]
    forward_to: {host: "127.0.0.1:8081"}
    execute:
      - authenticator: anon
      - finalizer: none
    on_error:
      - error_handler: ask
  - id: orders:one
    match:
      http:
        paths:
          - path: /orders/:id/**
            captures: [{name: id, type: glob, value: "[0-9]*"}]
        hosts: ["*.example.com"]
    allow_encoded_slashes: no_decode
    forward_to:
      host: orders.internal:8443
      rewrite: {scheme: https, strip_path_prefix: /orders, add_path_prefix: /v1, strip_query_parameters: [debug]}
    execute:
      - authenticator: tokens
        principal: default
      - finalizer: token
        config: {values: {tenant: "{{ .Subject.Attributes.tenant }}"}}
`,
  };

  test("is kept: what means nothing here is told, nothing is wrong", () => {
    const result = compilePair(pair, { target: "node" });
    const configuration = configurationOf(result);
    expect(
      configuration.rules.map(({ id, onError }) => [id, onError.map((handler) => handler.id)]),
    ).toEqual([
      ["orders:public", ["ask"]],
      ["orders:one", ["default"]],
    ]);
    expect(configuration.rules[1]?.authenticators).toMatchObject([
      {
        keys: {
          kind: "metadata",
          verifyIssuer: true,
          cacheTtl: 300,
          endpoint: {
            auth: {
              type: "basic_auth",
              user: "edge",
              password: { source: "idp", selector: "reader/password" },
            },
          },
        },
        issuers: [],
        scopes: { strategy: "hierarchic", values: ["orders"] },
        signaling: { enabled: true, realm: "orders" },
      },
    ]);
    expect(configuration.rules[1]?.forwardTo).toEqual({
      scheme: "https",
      host: "orders.internal:8443",
      forwardHostHeader: true,
      stripPathPrefix: "/orders",
      addPathPrefix: "/v1",
      stripQueryParameters: ["debug"],
    });
    expect(configuration.rules[1]?.finalizers).toMatchObject([
      { header: { name: "X-Token", scheme: "" }, signer: { source: "signer", name: "edge" } },
    ]);
    expect(configuration.secrets.idp?.from).toEqual({
      values: { "reader/user_id": "edge", "reader/password": "development" },
    });
    expect(
      result.notes.filter(({ reason }) => reason.startsWith("ignored")).map(({ path }) => path),
    ).toEqual([
      "log",
      "tracing",
      "serve.trusted_proxies",
      "secret_management.nonces.config.watch",
      "mechanisms.authenticators[2].config.metadata_endpoint.retry",
      "mechanisms.authenticators[2].config.metadata_endpoint.resolved_endpoints.jwks_uri.http_cache",
      "mechanisms.authenticators[2].config.error_signaling.include_required_scope",
      "providers",
    ]);
  });

  test("for Cloudflare only its secrets have to move", () => {
    expect(problemsOf(compilePair(pair, { target: "cloudflare" })).map(({ path }) => path)).toEqual(
      ["secret_management.nonces.config.path", "secret_management.signer.config.path"],
    );
  });
});
