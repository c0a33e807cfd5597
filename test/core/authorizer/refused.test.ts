import { describe, expect, test } from "vitest";
import type { ReplayStore } from "../../../src/runtime.ts";
import {
  configuration,
  createWorld,
  jwtAuthenticator,
  noNonce,
  origin,
  request,
  signedHeaders,
  withAuthenticator,
  withRule,
} from "./world.ts";

describe("what is refused, and how it looks", () => {
  test("200 copies of one proof at once: one passes", async () => {
    const world = createWorld(noNonce);
    const headers = await signedHeaders(world);
    const decisions = await Promise.all(
      Array.from({ length: 200 }, () => world.authorizer.authorize(request(headers))),
    );
    expect(decisions.filter((each) => each.kind === "allow")).toHaveLength(1);
    const codes = decisions.flatMap((each) => (each.kind === "refuse" ? [each.code] : []));
    expect(codes).toEqual(Array.from({ length: 199 }, () => "proof.replayed"));
  });

  test("a path that no rule matches meets the default rule: 401 and a bare challenge", async () => {
    const world = createWorld();
    const headers = await signedHeaders(world);
    const decision = await world.authorizer.authorize(request(headers, { url: `${origin}/other` }));
    expect(decision).toMatchObject({ kind: "refuse", code: "rule.unauthorized", status: 401 });
    expect(decision.headers.get("WWW-Authenticate")).toBe("DPoP");
  });

  test("no rule and no default rule: 404", async () => {
    const { defaultRule: _, ...rest } = configuration;
    const decision = await createWorld(rest).authorizer.authorize(
      request({}, { url: `${origin}/other` }),
    );
    expect(decision).toMatchObject({ kind: "refuse", code: "route.none", status: 404 });
    expect(decision.headers.has("WWW-Authenticate")).toBe(false);
  });

  test.each([
    [`${origin}/api//x`, "route.unsafe", 400],
    [`${origin}/api/a%2fb`, "route.unsafe", 400],
    ["http://api.example.com/api/x", "route.insecure", 400],
    ["https://other.example/api/x", "route.misdirected", 421],
  ])("%s: %s", async (url, code, status) => {
    const decision = await createWorld().authorizer.authorize(request({}, { url }));
    expect(decision).toMatchObject({ kind: "refuse", code, status });
  });

  test("an issuer that fails: 503, and Retry-After says when it is asked again", async () => {
    const world = createWorld(noNonce);
    const { jwks } = world;
    world.jwks = async () => new Response("no", { status: 502 });
    const headers = await signedHeaders(world);
    const refused = await world.authorizer.authorize(request(headers));
    expect(refused).toMatchObject({ code: "keys.unavailable", status: 503 });
    const wait = refused.headers.get("Retry-After");
    expect(wait).toMatch(/^[12]$/);
    world.jwks = jwks;
    world.clock.seconds += Number(wait);
    expect((await world.authorizer.authorize(request(headers))).kind).toBe("allow");
  });

  test("a clock that stepped forward and back: 503, not the client's fault, until it has caught up", async () => {
    const world = createWorld(noNonce);
    const call = async () => world.authorizer.authorize(request(await signedHeaders(world)));
    const began = world.clock.seconds;
    expect((await call()).kind).toBe("allow");
    world.clock.seconds += 3600;
    expect((await call()).kind).toBe("allow");
    world.clock.seconds = began + 1;
    expect(await call()).toMatchObject({ code: "replay.unavailable", status: 503 });
    expect(world.events.at(-1)?.found).toMatch(/stepped back/);
    world.clock.seconds = began + 3600 - noNonce.replay.window;
    expect(await call()).toMatchObject({ code: "replay.unavailable" });
    world.clock.seconds += 1;
    expect((await call()).kind).toBe("allow");
  });

  test("a replay store that fails refuses: 503 with Retry-After", async () => {
    const broken: ReplayStore = { claim: async () => Promise.reject(new Error("unreachable")) };
    const world = createWorld(noNonce, () => broken);
    const decision = await world.authorizer.authorize(request(await signedHeaders(world)));
    expect(decision).toMatchObject({ code: "replay.unavailable", status: 503 });
    expect(decision.headers.get("Retry-After")).toBe("5");
    expect(decision.headers.has("WWW-Authenticate")).toBe(false);
    expect(world.events[0]?.found).toBe("Error: unreachable");
  });

  test("a store that throws at once, before it gives a promise, refuses likewise", async () => {
    const broken: ReplayStore = {
      claim: () => {
        throw new Error("unreachable");
      },
    };
    const world = createWorld(noNonce, () => broken);
    const decision = await world.authorizer.authorize(request(await signedHeaders(world)));
    expect(decision).toMatchObject({ code: "replay.unavailable", status: 503 });
  });

  test("a verdict that is not known is not fresh", async () => {
    const odd = { claim: async () => JSON.parse('"perhaps"') } satisfies ReplayStore;
    const world = createWorld(noNonce, () => odd);
    const decision = await world.authorizer.authorize(request(await signedHeaders(world)));
    expect(decision).toMatchObject({ code: "replay.unavailable", status: 503 });
  });

  test("an issuer whose keys were never had refuses: 503", async () => {
    const world = createWorld(noNonce);
    world.jwks = async () => Promise.reject(new Error("connection refused"));
    const decision = await world.authorizer.authorize(request(await signedHeaders(world)));
    expect(decision).toMatchObject({ code: "keys.unavailable", status: 503 });
  });

  test.each(["DPOP_NONCE_KEYS", "SIGNING_KEYS"])(
    "a missing secret (%s) is a 500 whose event says which",
    async (binding) => {
      const world = createWorld(binding === "SIGNING_KEYS" ? noNonce : configuration);
      world.secrets[binding] = undefined;
      const headers = await signedHeaders(world, { proof: { nonce: "any" } });
      const { proof } = {
        proof: binding === "SIGNING_KEYS" ? await signedHeaders(world) : headers,
      };
      const decision = await world.authorizer.authorize(request(proof));
      expect(decision).toMatchObject({ code: "internal", status: 500 });
      expect(JSON.parse(decision.kind === "refuse" ? (decision.body ?? "") : "")).toEqual({
        code: "internal",
        error_description: "Something went wrong here.",
        request_id: world.events[0]?.request_id,
      });
      expect(world.events[0]?.fault).toContain(binding);
    },
  );

  test("a missing scope is told to who has proven possession: 403 with the scope that is needed", async () => {
    const settings = withAuthenticator({
      possession: { ...jwtAuthenticator.possession, nonceRequired: false },
      scopes: { strategy: "exact", values: ["read", "write"] },
    });
    const world = createWorld(settings);
    const decision = await world.authorizer.authorize(
      request(await signedHeaders(world, { claims: { scope: "read" } })),
    );
    expect(decision).toMatchObject({ code: "policy.scope", status: 403 });
    const challenge = decision.headers.get("WWW-Authenticate");
    expect(challenge).toMatch(/^DPoP error="insufficient_scope"/);
    expect(challenge).toContain('scope="read write"');
    expect(world.events[0]).toMatchObject({ expected: "write", found: "read" });
    const stolen = await signedHeaders(world, { claims: { cnf: { jkt: "A".repeat(43) } } });
    expect(await world.authorizer.authorize(request(stolen))).toMatchObject({
      code: "token.binding",
    });
  });

  test("a deny authorizer refuses: 403 without a challenge", async () => {
    const world = createWorld(withRule({ authorizers: [{ type: "deny", id: "closed" }] }));
    const decision = await world.authorizer.authorize(request(await signedHeaders(world)));
    expect(decision).toMatchObject({ code: "policy.denied", status: 403 });
    expect(decision.headers.has("WWW-Authenticate")).toBe(false);
  });

  test("without error signaling a challenge is bare, but a nonce challenge stays complete", async () => {
    const world = createWorld(
      withAuthenticator({ signaling: { enabled: false, description: false, algorithms: false } }),
    );
    const wrong = await signedHeaders(world, { proof: { htm: "POST" } });
    const bare = await world.authorizer.authorize(request(wrong));
    expect(bare).toMatchObject({ code: "proof.htm" });
    expect(bare.headers.get("WWW-Authenticate")).toBe("DPoP");
    const challenge = await world.authorizer.authorize(request(await signedHeaders(world)));
    expect(challenge.headers.get("WWW-Authenticate")).toBe(
      'DPoP error="use_dpop_nonce", error_description="A nonce is required; use the one in DPoP-Nonce.", algs="ES256 EdDSA"',
    );
  });

  test("where Bearer tokens pass too, DPoP comes first and the error answers the scheme that was used", async () => {
    const world = createWorld(
      withAuthenticator({
        possession: { ...jwtAuthenticator.possession, enforcement: "opportunistic" },
      }),
    );
    const token = await world.accessToken({ exp: world.clock.seconds - 60 });
    const decision = await world.authorizer.authorize(
      request({ Authorization: `Bearer ${token}` }),
    );
    expect(decision.headers.get("WWW-Authenticate")).toBe(
      'DPoP algs="ES256 EdDSA", Bearer error="invalid_token", error_description="The access token has expired."',
    );
  });

  test("a HEAD request gets no body", async () => {
    const decision = await createWorld().authorizer.authorize(request({}, { method: "HEAD" }));
    expect(decision).toMatchObject({ code: "credentials.missing", status: 401 });
    expect("body" in decision).toBe(false);
  });

  test("a realm is quoted, whatever it holds", async () => {
    const handler = {
      type: "www_authenticate",
      id: "challenge",
      realm: 'a "b" \\c\r\nX: y',
    } as const;
    const decision = await createWorld(withRule({ onError: [handler] })).authorizer.authorize(
      request(),
    );
    expect(decision.headers.get("WWW-Authenticate")).toBe(
      'DPoP realm="a \\"b\\" \\\\c  X: y", algs="ES256 EdDSA"',
    );
  });
});
