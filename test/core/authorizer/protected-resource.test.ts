import { describe, expect, test } from "vitest";
import type { Configuration, ProtectedResource } from "../../../src/configuration.ts";
import type { Decision } from "../../../src/decision.ts";
import {
  configuration,
  createWorld,
  jwtAuthenticator,
  origin,
  request,
  signedHeaders,
  withAuthenticator,
} from "./world.ts";

const api: ProtectedResource = {
  path: "/api",
  hosts: [],
  metadata: { authorization_servers: ["https://idp.example"] },
};
const whole: ProtectedResource = { path: "", hosts: [], metadata: { resource_name: "All" } };
const wellKnown = `${origin}/.well-known/oauth-protected-resource`;

const ask = (
  url: string,
  resources: readonly ProtectedResource[],
  changed: { method?: string; base?: Configuration } = {},
): Promise<Decision> => {
  const { method = "GET", base = configuration } = changed;
  const world = createWorld({ ...base, protectedResources: resources });
  return world.authorizer.authorize(request({}, { url, method }));
};
const bodyOf = (decision: Decision) =>
  JSON.parse(decision.kind === "allow" ? "null" : (decision.body ?? "null"));

describe("the metadata", () => {
  test("at the path form: cacheable, for any page", async () => {
    const decision = await ask(`${wellKnown}/api`, [api]);
    expect(decision).toMatchObject({ kind: "metadata", status: 200 });
    expect(bodyOf(decision)).toEqual({
      resource: `${origin}/api`,
      authorization_servers: ["https://idp.example"],
    });
    expect(Object.fromEntries(decision.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "cache-control": "public, max-age=300",
      "content-type": "application/json",
    });
  });

  test.each([
    ["the only one, at the root form", wellKnown, [api], `${origin}/api`],
    ["of several the one of the whole origin", wellKnown, [api, whole], origin],
    ["a query changes nothing", `${wellKnown}/api?x`, [api, whole], `${origin}/api`],
  ])("%s", async (_, url, resources, resource) => {
    expect(bodyOf(await ask(url, resources))).toMatchObject({ resource });
  });

  test.each([
    ["an unknown path", `${wellKnown}/other`, [api], "GET", 404],
    ["the root form of several", wellKnown, [api, { ...api, path: "/mcp" }], "GET", 404],
    ["another host's", `${wellKnown}/api`, [{ ...api, hosts: ["b.example"] }], "GET", 404],
    ["another method", `${wellKnown}/api`, [api], "POST", 405],
    ["a preflight", `${wellKnown}/api`, [api], "OPTIONS", 204],
    ["HEAD", `${wellKnown}/api`, [api], "HEAD", 200],
  ])("%s", async (_, url, resources, method, status) => {
    const decision = await ask(url, resources, { method });
    expect(decision).toMatchObject({ kind: "metadata", status });
    expect("body" in decision).toBe(false);
    expect(decision.headers.get("Access-Control-Allow-Origin")).toBe("*");
  });

  test("what only begins alike is no metadata, nor is anything where none is declared", async () => {
    expect(await ask(`${wellKnown}x`, [api])).toMatchObject({ code: "rule.unauthorized" });
    expect(await ask(`${wellKnown}/api`, [])).toMatchObject({ code: "rule.unauthorized" });
  });

  test("behind a base path", async () => {
    const base = { ...configuration, basePath: "/stage" };
    const decision = await ask(`${wellKnown}/api`, [api], { base });
    expect(bodyOf(decision)).toMatchObject({ resource: `${origin}/stage/api` });
  });
});

describe("challenges", () => {
  const scoped = (settings: Partial<typeof jwtAuthenticator> = {}): Configuration => ({
    ...withAuthenticator({
      scopes: { strategy: "exact", values: ["read", "write"] },
      possession: { ...jwtAuthenticator.possession, nonceRequired: false },
      ...settings,
    }),
    protectedResources: [api],
  });
  const challengeOf = (decision: Decision) => decision.headers.get("WWW-Authenticate");
  const place = `resource_metadata="${wellKnown}/api"`;

  test("without a token: what to ask for, and where", async () => {
    const decision = await createWorld(scoped()).authorizer.authorize(request());
    expect(decision).toMatchObject({ code: "credentials.missing", status: 401 });
    expect(challengeOf(decision)).toBe(`DPoP scope="read write", ${place}, algs="ES256 EdDSA"`);
  });

  test.each([true, false])(
    "a scope is missing, signaling %s: all that is needed, and what is there",
    async (enabled) => {
      const world = createWorld(
        scoped({ signaling: { enabled, description: true, algorithms: true } }),
      );
      const headers = await signedHeaders(world, { claims: { scope: "read profile" } });
      const decision = await world.authorizer.authorize(request(headers));
      expect(decision).toMatchObject({ code: "policy.scope", status: 403 });
      expect(challengeOf(decision)).toMatch(/^DPoP error="insufficient_scope"/);
      expect(challengeOf(decision)).toContain(`scope="read profile write", ${place}`);
    },
  );

  test("of any other refusal there, of the default rule's too, and nowhere else", async () => {
    const world = createWorld({ ...scoped(), protectedResources: [whole] });
    const { DPoP: _, ...alone } = await signedHeaders(world);
    const there = await world.authorizer.authorize(request(alone));
    expect(there).toMatchObject({ code: "proof.missing" });
    expect(challengeOf(there)).toContain(`resource_metadata="${wellKnown}"`);
    const other = await world.authorizer.authorize(request({}, { url: `${origin}/other` }));
    expect(challengeOf(other)).toBe(`DPoP resource_metadata="${wellKnown}"`);
    const elsewhere = await ask(`${origin}/other`, [api]);
    expect(challengeOf(elsewhere)).toBe("DPoP");
  });

  test("where Bearer tokens pass too, both schemes carry it", async () => {
    const possession = { ...jwtAuthenticator.possession, enforcement: "opportunistic" } as const;
    const decision = await createWorld(scoped({ possession })).authorizer.authorize(request());
    expect(challengeOf(decision)?.split(place)).toHaveLength(3);
  });
});
