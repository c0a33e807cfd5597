import { describe, expect, test } from "vitest";
import { createWorld, origin, request, withRule } from "./world.ts";

const url = `${origin}/.well-known/jwks`;

describe("the public keys of internal tokens", () => {
  test("are for everybody, cacheable, and leave an event", async () => {
    const world = createWorld();
    const decision = await world.authorizer.authorize(request({}, { url }));
    expect(decision).toMatchObject({ kind: "keys", status: 200 });
    expect(decision.headers.get("Cache-Control")).toBe("public, max-age=300");
    const { keys } = JSON.parse(decision.kind === "keys" ? (decision.body ?? "") : "");
    expect(keys).toEqual([expect.objectContaining({ kid: "edge", kty: "EC", use: "sig" })]);
    expect(keys[0]).not.toHaveProperty("d");
    expect(world.events).toEqual([expect.objectContaining({ outcome: "keys", status: 200 })]);
  });

  test("are at no origin that is not ours", async () => {
    const elsewhere = request({}, { url: "https://evil.example/.well-known/jwks" });
    expect(await createWorld().authorizer.authorize(elsewhere)).toMatchObject({ status: 421 });
  });

  test("are read only", async () => {
    const posted = request({}, { url, method: "POST" });
    expect(await createWorld().authorizer.authorize(posted)).toMatchObject({ status: 405 });
  });

  test("leave the path alone where no rule mints a token", async () => {
    const world = createWorld(withRule({ finalizers: [] }));
    expect(await world.authorizer.authorize(request({}, { url }))).toMatchObject({
      code: "rule.unauthorized",
    });
  });
});
