import { beforeAll, describe, expect, test } from "vitest";
import { createAuthorizer } from "../../../src/authorizer.ts";
import type { Configuration } from "../../../src/configuration.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import {
  createTestClient,
  createTestIssuer,
  type TestClient,
  type TestIssuer,
} from "../../../src/testing/index.ts";
import { configuration, issuer as iss, noNonce, origin } from "../authorizer/world.ts";

const api = `${origin}/api/x`;
const now = () => 1_800_000_000_000;
const secrets: Readonly<Record<string, string>> = {
  DPOP_NONCE_KEYS: JSON.stringify({ keys: [{ kty: "oct", kid: "k1", k: "A".repeat(43) }] }),
};

/** The line, as a function from request to response: what is allowed answers with its principal. */
function edge(settings: Configuration, issuer: TestIssuer) {
  const authorizer = createAuthorizer(
    { ...settings, rules: settings.rules.map((rule) => ({ ...rule, finalizers: [] })) },
    {
      now,
      fetch: issuer.fetch,
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      secret: (from) => ("binding" in from ? secrets[from.binding] : undefined),
      replay: createMemoryReplay({ now, window: settings.replay.window }),
      emit: () => undefined,
    },
  );
  return async (request: Request): Promise<Response> => {
    const { method, url, headers } = request;
    const decision = await authorizer.authorize({ method, url, headers });
    return decision.kind === "allow"
      ? Response.json({ code: "allow", ...decision.principal })
      : new Response(decision.body ?? null, decision);
  };
}

const told = async (answer: Promise<Response>) => {
  const { status, ...response } = await answer.then(async (each) => ({
    status: each.status,
    body: JSON.parse(await each.text()),
  }));
  return [status, response.body.code];
};

describe.each([
  ["nonces required", configuration],
  ["no nonces", noNonce],
])("an issuer and a client for tests, %s", (name, settings) => {
  let issuer: TestIssuer;
  let client: TestClient;
  let send: (request: Request) => Promise<Response>;
  beforeAll(async () => {
    issuer = await createTestIssuer({ issuer: iss, audience: origin, now });
    client = await createTestClient({ issuer, now });
    send = edge(settings, issuer);
  });

  test("an honest call passes, again and again", async () => {
    expect(await told(client.call(send, api))).toEqual([200, "allow"]);
    const answer = await client.call(send, api, { token: { subject: "bob", scope: "a b" } });
    expect(await answer.json()).toMatchObject({ id: "bob", scopes: ["a", "b"] });
  });

  test.each([
    ["expired", 401, "token.expired"],
    ["replayed", 401, "proof.replayed"],
    ["stolen", 401, "token.binding"],
    ["downgraded", 401, "token.downgraded"],
    ["stale", 401, "proof.iat"],
  ] as const)("%s is refused", async (kind, status, code) => {
    expect(await told(client[kind](send, api))).toEqual([status, code]);
  });

  test("a nonce is had by one call", async () => {
    const nonce = await client.nonce(send, api);
    expect(typeof nonce).toBe(name === "no nonces" ? "undefined" : "string");
    if (nonce === undefined) return;
    expect(await told(send(await client.request(api, {}, nonce)))).toEqual([200, "allow"]);
  });

  test("token and proof can be put together by hand", async () => {
    const accessToken = await client.token({ claims: { aud: "elsewhere" } });
    const proof = await client.proof({ method: "GET", url: api, accessToken });
    const headers = { Authorization: `DPoP ${accessToken}`, DPoP: proof };
    expect(await told(send(new Request(api, { headers })))).toEqual([401, "token.audience"]);
  });
});

describe("the issuer's documents", () => {
  test.each([
    ["https://idp.example", "https://idp.example/.well-known/oauth-authorization-server"],
    ["https://idp.example/a", "https://idp.example/.well-known/oauth-authorization-server/a"],
    ["https://idp.example/a", "https://idp.example/a/.well-known/openid-configuration"],
  ])("%s at %s", async (name, url) => {
    const issuer = await createTestIssuer({ issuer: name, audience: origin });
    expect(await (await issuer.fetch(url)).json()).toEqual({
      issuer: name,
      jwks_uri: issuer.jwksUrl,
    });
    expect(await (await issuer.fetch(new Request(issuer.jwksUrl))).json()).toEqual(issuer.jwks);
    expect((await issuer.fetch("https://idp.example/other")).status).toBe(404);
  });
});
