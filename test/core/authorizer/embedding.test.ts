import { describe, expect, test, vi } from "vitest";
import { Fault } from "../../../src/decision.ts";
import {
  apiRule,
  configuration,
  createWorld,
  jwtAuthenticator,
  noNonce,
  origin,
  request,
  signedHeaders,
  type World,
} from "./world.ts";

describe("whoever embeds the line", () => {
  test("may hand over header fields as Node has them", async () => {
    const world = createWorld(noNonce);
    const { Authorization, DPoP } = await signedHeaders(world);
    const headers = { authorization: Authorization, dpop: DPoP, "x-empty": undefined };
    const asked = { method: "GET", url: `${origin}/api/x`, headers };
    expect(await world.authorizer.authorize(asked)).toMatchObject({ kind: "allow" });
  });

  test("may hand over what has its members from a class, as fetch's Request", async () => {
    const world = createWorld(noNonce);
    const headers = new Headers(await signedHeaders(world));
    const received = new (class {
      get method() {
        return "GET";
      }
      get url() {
        return `${origin}/api/x`;
      }
      get headers() {
        return headers;
      }
    })();
    expect(await world.authorizer.authorize(received)).toMatchObject({ kind: "allow" });
  });

  test("has fields that came twice seen as two", async () => {
    const world = createWorld(noNonce);
    const { Authorization, DPoP } = await signedHeaders(world);
    const headers = { authorization: Authorization, dpop: [DPoP, DPoP] };
    const asked = { method: "GET", url: `${origin}/api/x`, headers };
    expect(await world.authorizer.authorize(asked)).toMatchObject({ code: "proof.multiple" });
  });

  test.each([
    ["a name that is none", { "no name": "x" }],
    ["a value that is none", { authorization: "DPoP a\r\nX-Evil: 1" }],
  ])("gets a refusal for %s, never an exception", async (_, headers) => {
    const world = createWorld(noNonce);
    const asked = { method: "GET", url: `${origin}/api/x`, headers };
    expect(await world.authorizer.authorize(asked)).toMatchObject({ code: "credentials.missing" });
  });

  test("is told that a path is no URL", async () => {
    const world = createWorld(noNonce);
    const decision = await world.authorizer.authorize(request({}, { url: "/api/x" }));
    expect(decision).toMatchObject({ code: "route.unsafe" });
    expect(world.events).toMatchObject([
      {
        expected: "an absolute URL, such as https://api.example.com/api",
        found: "a URL without scheme and host",
      },
    ]);
  });

  test("may ask for the secrets before the first request", async () => {
    const world = createWorld(configuration);
    await expect(world.authorizer.ready()).resolves.toBeUndefined();
    const bare = createWorld(configuration);
    bare.secrets.SIGNING_KEYS = undefined;
    bare.secrets.DPOP_NONCE_KEYS = '{"keys":[]}';
    const failed = bare.authorizer.ready();
    await expect(failed).rejects.toBeInstanceOf(Fault);
    await expect(failed).rejects.toThrow("SIGNING_KEYS");
    await expect(failed).rejects.toThrow("nonce_keys");
  });

  test("may have secrets and keys fetched before the first request, which then waits for neither", async () => {
    const world = createWorld(configuration);
    const jwks = vi.spyOn(world, "jwks");
    await world.authorizer.warmUp();
    expect(jwks).toHaveBeenCalledTimes(1);
    expect(world.events).toEqual([]);
    world.secrets.SIGNING_KEYS = world.secrets.DPOP_NONCE_KEYS = undefined;
    const nonce = await challenged(world);
    expect(await world.authorizer.authorize(await proven(world, { nonce }))).toMatchObject({
      kind: "allow",
    });
    expect(jwks).toHaveBeenCalledTimes(1);
  });

  test("is told of nothing that fails while it warms up; the request tells", async () => {
    const world = createWorld(configuration);
    world.secrets.DPOP_NONCE_KEYS = undefined;
    world.jwks = () => Promise.reject(new TypeError("no network"));
    await expect(world.authorizer.warmUp()).resolves.toBeUndefined();
    expect(world.events).toEqual([]);
    const refused = await world.authorizer.authorize(await proven(world));
    expect(refused).toMatchObject({ code: "keys.unavailable" });
  });

  test("has the keys of a few issuers fetched ahead, each endpoint once", async () => {
    const rules = Array.from({ length: 12 }, (_, index) => ({
      ...apiRule,
      id: `rule ${index}`,
      authenticators: [
        { ...jwtAuthenticator, keys: keysOf(`https://${index >> 1}.example/certs`) },
      ],
    }));
    const asked: string[] = [];
    const fetch = async (url: string) => {
      asked.push(url);
      return Response.json({ keys: [] });
    };
    await createWorld({ ...configuration, rules }, undefined, fetch).authorizer.warmUp();
    expect(asked).toEqual([0, 1, 2, 3].map((index) => `https://${index}.example/certs`));
  });
});

const keysOf = (url: string) => ({
  ...jwtAuthenticator.keys,
  endpoint: { ...jwtAuthenticator.keys.endpoint, url },
});

async function proven(world: World, proof: Record<string, unknown> = {}) {
  return request(await signedHeaders(world, { proof }));
}

async function challenged(world: World): Promise<string> {
  const decision = await world.authorizer.authorize(await proven(world));
  const headers = decision.kind === "refuse" ? decision.headers : undefined;
  return headers?.get("DPoP-Nonce") ?? expect.unreachable();
}
