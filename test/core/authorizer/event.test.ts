import { expect, test } from "vitest";
import { clientKey, createWorld, origin, request, signedHeaders } from "./world.ts";

test("an event holds no token, proof, nonce, query string or key", async () => {
  const world = createWorld();
  const headers = await signedHeaders(world, { proof: { nonce: "a-secret-nonce" } });
  for (const url of [`${origin}/api/x?secret=1`, `${origin}/api/y?secret=1`]) {
    await world.authorizer.authorize(request(headers, { url }));
  }
  const told = JSON.stringify(world.events);
  expect(world.events).toHaveLength(2);
  for (const secret of [
    headers.DPoP,
    headers.Authorization?.slice(5),
    "a-secret-nonce",
    "secret=1",
    clientKey.publicJwk.x,
  ]) {
    expect(told).not.toContain(secret);
  }
});

test("a log that fails changes no decision", async () => {
  const world = createWorld();
  Object.defineProperty(world.events, "push", {
    value: () => {
      throw new Error("the log is full");
    },
  });
  expect(await world.authorizer.authorize(request())).toMatchObject({
    code: "credentials.missing",
    status: 401,
  });
});
