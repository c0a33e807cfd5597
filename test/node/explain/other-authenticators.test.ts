import { expect, test } from "vitest";
import { explain } from "../../../cli/explain/explain.ts";
import { compile } from "../../../src/documents/index.ts";

const result = compile(
  {
    mechanisms: {
      file: "mechanisms.yaml",
      text: `
serve: {public_origin: https://api.example.com}
secret_management: {users: {type: inline, config: {secret: USERS}}}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - {id: opaque, type: oauth2_introspection, config: {introspection_endpoint: https://idp.example/i}}
    - id: session
      type: generic
      config:
        identity_info_endpoint: https://idp.example/whoami
        authentication_data_source: [{cookie: session}]
        principal: {id: sub}
    - {id: operator, type: basic_auth, config: {credentials: {source: users, selector: op}}}
  finalizers: [{id: nothing, type: noop}]
default_rule: {execute: [{authenticator: deny_all}, {finalizer: nothing}]}
`,
    },
    rules: [
      {
        file: "rules.yaml",
        text: `
rules:
  - id: api
    match: {routes: [{path: /api}]}
    forward_to: {host: upstream.example}
    execute: [{authenticator: opaque}, {authenticator: session}, {authenticator: operator}]
`,
      },
    ],
  },
  { environment: {} },
);
if (!result.ok) throw new Error(JSON.stringify(result.problems));
const { configuration } = result;

async function explained(headers: Record<string, string>) {
  const request = {
    method: "GET",
    url: "https://api.example.com/api",
    headers: new Headers(headers),
  };
  const explanation = await explain([request], { configuration, clock: () => 1_800_000_000_000 });
  const [only] = explanation.requests;
  const said =
    only?.findings.map((finding) => [finding.check, finding.outcome, finding.found]) ?? [];
  return { refused: only?.refused, said, all: JSON.stringify(explanation) };
}

test("an opaque token: who would be asked is said, and nobody is asked", async () => {
  const { refused, said, all } = await explained({ Authorization: "Bearer 0p4qu3-t0k3n" });
  expect(refused).toBeUndefined();
  expect(said).toContainEqual(["route.authenticator", "passed", "opaque"]);
  expect(said).toContainEqual(["token.introspection", "skipped", undefined]);
  expect(all).not.toContain("0p4qu3");
});

test("a session and a user: by what was sent", async () => {
  const session = await explained({ Cookie: "session=s3ss10n-c00k1e" });
  expect(session.said).toContainEqual(["route.authenticator", "passed", "session"]);
  expect(session.all).not.toContain("s3ss10n");
  const user = await explained({ Authorization: "Basic YW5uOnMzY3JldA==" });
  expect(user.said).toContainEqual(["route.authenticator", "passed", "operator"]);
  expect(user.said).toContainEqual(["credentials.user", "skipped", undefined]);
  expect(user.all).not.toContain("YW5uOnMzY3JldA");
});

test("nothing at all is refused as the edge would", async () => {
  expect((await explained({})).refused).toBe("credentials.missing");
});
