/** Small documents of the shapes that older versions had. */
export const config14 = `# The old one.
serve:
  decision: {port: 4456}
  proxy:
    timeout: {read: 10s} # upstreams are slow
  management: {port: 4457}
signer:
  name: heimdall
  key_store: {path: /opt/signer.pem, password: VerySecret!}
  key_id: first
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: tokens
      type: jwt
      config:
        jwks_endpoint:
          url: http://idp.example/certs # inside
          headers: {X-Api-Key: "\${API_KEY}"}
          auth: {type: basic_auth, config: {user: edge, password: "\${IDP_PASSWORD}"}}
        assertions: {issuers: [https://idp.example]}
        subject: {id: sub}
        allow_fallback_on_error: true
  finalizers:
    - {id: internal, type: jwt}
default_rule:
  methods: [GET]
  execute: [{authenticator: deny_all}]
`;
export const rules14 = `version: "1alpha3"
rules:
  - id: orders # the shop's
    match: {url: "https://<**>/orders/<*>"}
    forward_to: {host: upstream.example}
    execute: [{authenticator: tokens}, {finalizer: internal}]
  - id: rest
    match: {url: "http://shop.example/<{a,b}>/<**>"}
    methods: [POST]
    forward_to: {host: upstream.example}
`;

export const resources = `apiVersion: heimdall.dadrus.github.com/v1alpha4
kind: RuleSet
metadata: {name: first}
spec:
  authClassName: default
  rules:
    # kept
    - id: one
      match:
        routes: [{path: "/a/:x", path_params: [{name: x, type: glob, value: "*b"}]}]
        hosts: [{type: exact, value: shop.example}, {type: glob, value: "*.shop.example"}]
        backtracking_enabled: true
      execute:
        - authenticator: tokens
        - authenticator: others
---
apiVersion: v1
kind: List
items:
  - apiVersion: heimdall.dadrus.github.com/v1alpha4
    kind: RuleSet
    metadata: {name: second}
    spec:
      rules:
        - id: two
          match: {routes: [{path: /b}], hosts: [{type: regex, value: ".*"}]}
  - kind: Secret
`;

export const main = `secret_management:
  keys: {type: pem, config: {path: /etc/keys.pem, watch: true}}
  values:
    type: inline
    config:
      key: "\${API_KEY}"
      user: {user: edge, password: "\${PASSWORD}"}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
  finalizers:
    - id: internal
      type: jwt
      config: {signer: {secret: {source: keys}}, claims: '{"path": {{ quote .RequestURL.Path }}}'}
default_rule: {execute: [{authenticator: deny_all}, {finalizer: internal}]}
`;
