import { describe, expect, test } from "vitest";
import type { Target } from "../../../src/documents/index.ts";
import { compilePair, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

interface Row {
  readonly name: string;
  /** What is replaced in mechanisms.yaml, or in rules.yaml. */
  readonly mechanisms?: readonly [from: string, to: string];
  readonly rules?: readonly [from: string, to: string];
  readonly target?: Target;
  /** line:column path, and a part of the reason. */
  readonly at: string;
  readonly reason: string;
  readonly found?: string;
  readonly allowed?: string;
  readonly suggestion?: string;
}

const jwt = "mechanisms.authenticators[2].config";
const block = `${jwt}.assertions.proof_of_possession.config`;

// biome-ignore format: a row is a mistake and what is said about it
const table: readonly Row[] = [
  // Form
  { name: "a key in camel case", mechanisms: ["nonce_required", "nonceRequired"], at: `24:35 ${block}.nonceRequired`, reason: "unknown key nonceRequired", suggestion: "did you mean nonce_required?", allowed: "max_age, nonce_required, enforcement, required_for, confidential_clients, replay_allowed" },
  { name: "a key that is nearly right", rules: ["forward_to:", "forwrad_to:"], at: "11:5 rules[0].forwrad_to", reason: "unknown key forwrad_to", suggestion: "did you mean forward_to?" },
  { name: "a key of an older version", rules: ["captures:", "path_params:"], at: "8:11 rules[0].match.routes[1].path_params", reason: "unknown key", suggestion: "did you mean captures?" },
  { name: "a duration without unit", mechanisms: ["max_age: 1m", "max_age: 60"], at: `24:31 ${block}.max_age`, reason: "expected a duration such as 10s, 1m or 1h30m", found: "60" },
  { name: "a text for true or false", mechanisms: ["replay_allowed: false", "replay_allowed: nope"], at: `24:73 ${block}.replay_allowed`, reason: "expected true or false", found: '"nope"' },
  { name: "a text for a list", mechanisms: ["audience: [https://api.example.com]", "audience: https://api.example.com"], at: `19:21 ${jwt}.assertions.audience`, reason: "expected a list", suggestion: "write [https://api.example.com]" },
  { name: "a list for a mapping", mechanisms: ["{id: deny_it, type: deny}", "[deny_it]"], at: "28:7 mechanisms.authorizers[1]", reason: "expected a mapping", found: "a list" },
  { name: "nothing for a mapping", mechanisms: ["timeout: {read: 20s}", "timeout:"], at: "3:11 serve.timeout", reason: "expected a mapping", found: "nothing" },
  { name: "a key that is nearly right and missing now", rules: ["match:", "matchs:"], at: "4:5 rules[0].matchs", reason: "unknown key matchs", suggestion: "did you mean match?" },
  { name: "a missing id", rules: ["id: upstream:api\n    match", "match"], at: "3:5 rules[0].id", reason: "id is missing" },
  { name: "an unknown type", mechanisms: ["{id: deny_all, type: unauthorized}", "{id: deny_all, type: unauthorised}"], at: "11:28 mechanisms.authenticators[0].type", reason: "not a type that is known here", suggestion: "did you mean unauthorized?" },
  { name: "a method in lower case", rules: ["[GET, POST]", "[get, POST]"], at: "9:17 rules[0].match.methods[0]", reason: "a method in upper case", found: '"get"' },
  { name: "an endpoint without url", mechanisms: ["{url: https://idp.example/certs}", "{timeout: 1s}"], at: `16:24 ${jwt}.jwks_endpoint`, reason: "url is missing" },
  { name: "an endpoint of two shapes", mechanisms: ["{url: https://idp.example/certs}", "5"], at: `16:24 ${jwt}.jwks_endpoint`, reason: "or a mapping", found: "5" },
  { name: "a key twice", mechanisms: ["  timeout: {read: 20s}", "  public_origin: https://other.example"], at: "3:3 ", reason: "keys must be unique" },
  { name: "a symmetric algorithm", mechanisms: ["[RS256, ES256]", "[HS256, ES256]"], at: `20:32 ${jwt}.assertions.allowed_algorithms[0]`, reason: "never", found: '"HS256"' },
  { name: "no algorithm", mechanisms: ["[RS256, ES256]", "[none]"], at: `20:32 ${jwt}.assertions.allowed_algorithms[0]`, reason: "never", found: '"none"' },

  // One mistake is told once, whatever hangs on it
  { name: "the name of the catalogue", mechanisms: ["mechanisms:\n", "mechanism:\n"], at: "9:1 mechanism", reason: "unknown key", suggestion: "did you mean mechanisms?" },
  { name: "the name of a kind", mechanisms: ["authenticators:", "authenticator:"], at: "10:3 mechanisms.authenticator", reason: "unknown key" },
  { name: "the name of an id", mechanisms: ["{id: deny_all,", "{ids: deny_all,"], at: "11:8 mechanisms.authenticators[0].ids", reason: "unknown key ids", suggestion: "did you mean id?" },
  { name: "the name of the secrets", mechanisms: ["secret_management:", "secret_managment:"], at: "4:1 secret_managment", reason: "unknown key" },
  { name: "the name of the master key", mechanisms: ["master_key:", "masterkey:"], at: "8:1 masterkey", reason: "unknown key" },
  { name: "the name of the default rule", mechanisms: ["default_rule:", "default_rules:"], rules: ["- authenticator: dpop_jwt\n", "- authorizer: allow_all\n"], at: "35:1 default_rules", reason: "unknown key" },
  { name: "the name of the issuers", mechanisms: ["issuers:", "issuer:"], at: `18:11 ${jwt}.assertions.issuer`, reason: "unknown key" },
  { name: "the name of the assertions", mechanisms: ["assertions:", "asertions:"], at: `17:9 ${jwt}.asertions`, reason: "unknown key" },
  { name: "the name of the signer", mechanisms: ["signer:", "singer:"], at: "30:48 mechanisms.finalizers[0].config.singer", reason: "unknown key" },
  { name: "a secret's binding", mechanisms: ["{secret: SIGNING_KEY_PEM}", "{secret: signing-key}"], at: "6:46 secret_management.signing_keys.config.secret", reason: "letters, digits and underscores" },
  { name: "a list for assertions", rules: ["authenticator: dpop_jwt\n", "authenticator: dpop_jwt\n        config: {assertions: [issuers]}\n"], at: "14:30 rules[0].execute[0].config.assertions", reason: "expected a mapping" },
  { name: "a text for a rule", rules: ["    on_error:\n      - error_handler: standard\n", "    on_error:\n      - error_handler: standard\n  - one\n"], at: "21:5 rules[1]", reason: "expected a mapping" },

  // References
  { name: "an authenticator that there is not", rules: ["authenticator: dpop_jwt", "authenticator: dpop_jtw"], at: "13:24 rules[0].execute[0].authenticator", reason: "no such mechanism among mechanisms.authenticators", found: '"dpop_jtw"', suggestion: "did you mean dpop_jwt?" },
  { name: "a mechanism of another kind", rules: ["finalizer: internal_token", "finalizer: dpop_jwt"], at: "14:20 rules[0].execute[1].finalizer", reason: "not among mechanisms.finalizers, but among mechanisms.authenticators" },
  { name: "an error handler that there is not", rules: ["error_handler: standard", "error_handler: redirect"], at: "20:24 rules[0].on_error[0].error_handler", reason: "no such mechanism" },
  { name: "a source that there is not", mechanisms: ["signer: {source: signing_keys}", "signer: {source: signing_key}"], at: "30:65 mechanisms.finalizers[0].config.signer.source", reason: "no such secret source", suggestion: "did you mean signing_keys?" },
  { name: "a source of another type", mechanisms: ["master_key: {source: nonce_keys", "master_key: {source: signing_keys"], at: "8:22 master_key.source", reason: "a source of type pem holds nothing for nonces" },
  { name: "an inline source for a signer", mechanisms: ["signer: {source: signing_keys}", "signer: {source: idp_key}"], at: "30:65 mechanisms.finalizers[0].config.signer.source", reason: "a source of type inline holds nothing for signing" },
  { name: "two mechanisms of one id", mechanisms: ["{id: deny_it,", "{id: allow_all,"], at: "28:12 mechanisms.authorizers[1].id", reason: "has two with the id allow_all" },

  // Meaning
  { name: "no master key", mechanisms: ["master_key: {source: nonce_keys, selector: dpop-nonce-master-key-1}\n", ""], at: `23:51 ${block}.nonce_required`, reason: "there is no master_key" },
  { name: "an age beyond ten minutes", mechanisms: ["max_age: 1m", "max_age: 11m"], at: `24:31 ${block}.max_age`, reason: "at most 10m" },
  { name: "no issuers", mechanisms: ["          issuers: [https://idp.example]\n", ""], at: `17:9 ${jwt}.assertions.issuers`, reason: "issuers is missing" },
  { name: "no keys", mechanisms: ["        jwks_endpoint: {url: https://idp.example/certs}\n", ""], at: `16:9 ${jwt}`, reason: "jwks_endpoint or metadata_endpoint is missing" },
  { name: "keys and metadata", mechanisms: ["        assertions:\n", "        metadata_endpoint: https://idp.example/meta\n        assertions:\n"], at: `17:28 ${jwt}.metadata_endpoint`, reason: "exclude each other" },
  { name: "plain http for keys", mechanisms: ["https://idp.example/certs", "http://idp.example/certs"], at: `16:30 ${jwt}.jwks_endpoint.url`, reason: "plain http", suggestion: "write https, or insecure: true beside url if you must" },
  { name: "a password in a URL", mechanisms: ["https://idp.example/certs", "https://me:secret@idp.example/certs"], at: `16:30 ${jwt}.jwks_endpoint.url`, reason: "credentials" },
  { name: "a template of a host", mechanisms: ["https://idp.example/certs", '"https://{{ .TokenIssuer }}/certs"'], at: `16:30 ${jwt}.jwks_endpoint.url`, reason: "scheme and host of an endpoint are no template" },
  { name: "a template of what nobody knows", mechanisms: ["https://idp.example/certs", '"https://idp.example/{{ .Issuer }}"'], at: `16:30 ${jwt}.jwks_endpoint.url`, reason: "Issuer" },
  { name: "a token from the query", mechanisms: ["        error_signaling:", "        jwt_source: [{query_parameter: access_token}]\n        error_signaling:"], at: `25:22 ${jwt}.jwt_source[0]`, reason: "from the Authorization header only" },
  { name: "a plain public origin", mechanisms: ["public_origin: https://api", "public_origin: http://api"], at: "2:18 serve.public_origin", reason: "plain http", suggestion: "write https://api.example.com" },
  { name: "cookies for any page", mechanisms: ["  timeout: {read: 20s}", "  cors: {allow_credentials: true}"], at: "3:29 serve.cors.allow_credentials", reason: "any page could call with the user's cookies" },
  { name: "cookies for any page, in a rule", rules: ["    forward_to:", "    cors: {allowed_origins: [https://a.example, '*'], allow_credentials: true}\n    forward_to:"], at: "11:74 rules[0].cors.allow_credentials", reason: "any page could call" },
  { name: "an origin with a path", mechanisms: ["public_origin: https://api.example.com", "public_origin: https://api.example.com/v1"], at: "2:18 serve.public_origin", reason: "an origin such as" },
  { name: "a default rule that lets pass", mechanisms: ["execute: [{authenticator: deny_all}", "execute: [{authenticator: anyone}"], at: "36:29 default_rule.execute[0].authenticator", reason: "must refuse" },
  { name: "a default rule without authenticator", mechanisms: ["execute: [{authenticator: deny_all}, {authorizer", "execute: [{authorizer"], at: "36:12 default_rule.execute", reason: "no authenticator" },
  { name: "a default rule without execute", mechanisms: ["  execute: [{authenticator: deny_all}, {authorizer: allow_all}, {finalizer: internal_token}]", "  on_error: []"], at: "35:1 default_rule.execute", reason: "execute is missing" },
  { name: "stages out of order", rules: ["      - authenticator: dpop_jwt\n", "      - authorizer: allow_all\n      - authenticator: dpop_jwt\n"], at: "14:9 rules[0].execute[1].authenticator", reason: "an authenticator stands after a later stage" },
  { name: "a step of two mechanisms", rules: ["      - authenticator: dpop_jwt\n", "      - {authenticator: dpop_jwt, authorizer: allow_all}\n"], at: "13:9 rules[0].execute[0]", reason: "a step names one mechanism" },
  { name: "a step of no mechanism", rules: ["      - authenticator: dpop_jwt\n", "      - {id: one}\n"], at: "13:9 rules[0].execute[0]", reason: "a step names its mechanism" },
  { name: "a principal that is not the default one", rules: ["      - authenticator: dpop_jwt\n", "      - {authenticator: dpop_jwt, principal: other}\n"], at: "13:46 rules[0].execute[0].principal", reason: "no authenticator creates the principal default" },
  { name: "different principals", rules: ["      - authenticator: dpop_jwt\n", "      - authenticator: dpop_jwt\n      - {authenticator: anyone, principal: other}\n"], at: "14:44 rules[0].execute[1].principal", reason: "several principals" },
  { name: "a claim that is ours", rules: ['"service": "upstream"', '"sub": "root"'], at: "18:15 rules[0].execute[1].config.claims", reason: "sub" },
  { name: "a template outside the subset", rules: ["quote .Request.URL.String", "exec .Request.URL.String"], at: "17:24 rules[0].execute[1].config.claims", reason: "exec" },
  { name: "a template of a header", mechanisms: ["{{ .Subject.ID }}", "{{ .Subject.Id }}"], at: "31:62 mechanisms.finalizers[1].config.headers.X-User", reason: "ID" },
  { name: "a constant that a header cannot carry", mechanisms: ['"{{ .Subject.ID }}"', '"{{ .Subject.ID }} caf\\u00e9"'], at: "31:58 mechanisms.finalizers[1].config.headers.X-User", reason: "a header cannot carry this character", found: '"\u00e9"' },
  { name: "a header of the connection", mechanisms: ["X-User:", "Connection:"], at: "31:50 mechanisms.finalizers[1].config.headers.Connection", reason: "belongs to the connection" },
  { name: "a finalizer without signer", mechanisms: ["signer: {source: signing_keys}, ttl", "ttl"], at: "30:39 mechanisms.finalizers[0].config.signer", reason: "signer is missing" },
  { name: "a path after a free wildcard", rules: ["/api/:name/*rest", "/api/:name/*rest/x"], at: "7:17 rules[0].match.routes[1].path", reason: "Nothing may follow" },
  { name: "a capture without wildcard", rules: ["name: name, type", "name: nmae, type"], at: "8:29 rules[0].match.routes[1].captures[0].name", reason: "no wildcard of that name", suggestion: "did you mean name?" },
  { name: "a regular expression that is none", rules: ['value: "[a-z]+"', 'value: "[a-z"'], at: "8:55 rules[0].match.routes[1].captures[0].value", reason: "" },
  { name: "the same path twice", rules: ["- path: /api\n", "- path: /api\n        - path: /api\n"], at: "7:11 rules[0].match.routes[1]", reason: "the same path with the same conditions" },
  { name: "only exclusions", rules: ["[GET, POST]", '["!GET"]'], at: "9:16 rules[0].match.methods", reason: "excludes without naming any" },
  { name: "a URL for a host", rules: ['"upstream.example:8081"', "https://upstream.example"], at: "11:24 rules[0].forward_to.host", reason: "a host or host:port" },
  { name: "a path on disk for a Worker", mechanisms: ["{secret: SIGNING_KEY_PEM}", "{path: key.pem}"], target: "cloudflare", at: "6:44 secret_management.signing_keys.config.path", reason: "a Worker has no files", suggestion: "write config: {secret: SIGNING_KEYS} and run: npx wrangler secret put SIGNING_KEYS" },
  { name: "a secret and a path", mechanisms: ["{secret: SIGNING_KEY_PEM}", "{secret: A, path: key.pem}"], at: "6:37 secret_management.signing_keys.config", reason: "exactly one of secret and path" },
  { name: "a rule that leads nowhere", rules: ['    forward_to: {host: "upstream.example:8081"}\n', ""], target: "cloudflare", at: "3:5 rules[0]", reason: "says nothing of where its requests go" },
  { name: "a signer in both spellings", mechanisms: ["signer: {source: signing_keys}", "signer: {source: signing_keys, secret: {source: signing_keys}}"], at: "30:57 mechanisms.finalizers[0].config.signer.source", reason: "the same as signer.secret" },
];

function compileRow(row: Row) {
  const texts = {
    mechanisms: row.mechanisms ? spoil(mechanisms, ...row.mechanisms) : mechanisms,
    rules: row.rules ? spoil(rules, ...row.rules) : rules,
  };
  return compilePair(texts, row.target === undefined ? {} : { target: row.target });
}

describe("one mistake, one problem", () => {
  test.each([undefined, "cloudflare", "aws", "node"] as const)(
    "the unspoiled pair compiles for %s",
    (target) => {
      expect(problemsOf(compilePair({}, target === undefined ? {} : { target }))).toEqual([]);
    },
  );

  test("lines may end in CR LF, and begin with a byte order mark", () => {
    const windows = (text: string) => `\uFEFF${text.replaceAll("\n", "\r\n")}`;
    const changed = spoil(rules, '"service"', '"sub"');
    const result = compilePair({ mechanisms: windows(mechanisms), rules: windows(changed) });
    expect(problemsOf(result)).toMatchObject([{ file: "rules.yaml", line: 18, column: 15 }]);
  });

  test.each(table)("$name", (row) => {
    const problems = problemsOf(compileRow(row));
    expect(problems).toHaveLength(1);
    const [problem] = problems;
    expect(`${problem?.line}:${problem?.column} ${problem?.path}`).toBe(row.at);
    expect(problem?.reason).toContain(row.reason);
    expect(problem?.file).toBe(row.mechanisms === undefined ? "rules.yaml" : "mechanisms.yaml");
    for (const key of ["found", "allowed", "suggestion"] as const) {
      if (row[key] !== undefined) expect(problem?.[key]).toBe(row[key]);
    }
  });
});
