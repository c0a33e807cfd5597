import { describe, expect, test } from "vitest";
import { memoryNonces } from "../../../src/client/index.ts";
import { origin } from "../authorizer/world.ts";
import { api, edgeDouble } from "./edge.ts";

const chunk = new Uint8Array(64 * 1024).fill(120);
const upload = (chunks: number) => {
  let left = chunks;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(chunk);
    },
  });
};

describe("a body that is a stream", () => {
  test("of 10 MB is not begun before the nonce is known", async () => {
    const edge = edgeDouble();
    const response = await edge.client().fetch(api, { method: "POST", body: upload(160) });
    expect(response.status).toBe(200);
    expect(edge.seen.map(({ method, body, outcome }) => [method, body.length, outcome])).toEqual([
      ["HEAD", 0, "nonce.missing"],
      ["POST", 160 * chunk.length, 200],
    ]);
  });

  test("needs no question where the nonce is known", async () => {
    const edge = edgeDouble();
    const client = edge.client();
    await client.fetch(api);
    edge.seen.length = 0;
    expect((await client.fetch(api, { method: "POST", body: upload(1) })).status).toBe(200);
    expect(edge.seen.map(({ method }) => method)).toEqual(["POST"]);
  });

  test("asks again after a pause in which the nonce may have died", async () => {
    const edge = edgeDouble();
    const client = edge.client();
    await client.fetch(api);
    edge.seen.length = 0;
    edge.world.clock.seconds += 120;
    expect((await client.fetch(api, { method: "POST", body: upload(1) })).status).toBe(200);
    expect(edge.seen.map(({ method, outcome }) => [method, outcome])).toEqual([
      ["HEAD", "nonce.expired"],
      ["POST", 200],
    ]);
  });

  test("learns the time by the same question", async () => {
    const edge = edgeDouble();
    edge.ahead = 600_000;
    expect((await edge.client().fetch(api, { method: "POST", body: upload(1) })).status).toBe(200);
    expect(edge.seen.map(({ method }) => method)).toEqual(["HEAD", "POST"]);
  });

  test("that is met by a challenge nevertheless ends in a clear error, and the next call passes", async () => {
    const edge = edgeDouble();
    // As another tab would have told it, of an edge whose master key has been changed since.
    const nonces = memoryNonces();
    nonces.set(origin, "of-another-time");
    const client = edge.client({ nonces });
    const stream = () => client.fetch(api, { method: "POST", body: upload(1) });
    await expect(stream()).rejects.toMatchObject({
      code: "body.consumed",
      message: expect.stringMatching(/asked for a nonce.*call again with a new stream/),
    });
    expect((await stream()).status).toBe(200);
    expect(edge.outcomes()).toEqual(["nonce.invalid", 200]);
  });
});
