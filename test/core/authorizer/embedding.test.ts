import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/decision.ts";
import { configuration, createWorld, noNonce, origin, request, signedHeaders } from "./world.ts";

describe("whoever embeds the line", () => {
  test("may hand over header fields as Node has them", async () => {
    const world = createWorld(noNonce);
    const { Authorization, DPoP } = await signedHeaders(world);
    const headers = { authorization: Authorization, dpop: DPoP, "x-empty": undefined };
    const asked = { method: "GET", url: `${origin}/api/x`, headers };
    expect(await world.authorizer.authorize(asked)).toMatchObject({ kind: "allow" });
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
});
