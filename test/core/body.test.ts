import { expect, test } from "vitest";
import { wholeBody } from "../../src/body.ts";
import { Fault } from "../../src/decision.ts";
import { request } from "./authorizer/world.ts";

const sent = (bytes: Uint8Array<ArrayBuffer>) =>
  request({}, { body: async (limit) => (bytes.byteLength > limit ? undefined : bytes) });

test("a body of just the limit is handed over, one byte more is refused", async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  expect(await wholeBody(sent(bytes), 3)).toBe(bytes);
  await expect(wholeBody(sent(bytes), 2)).rejects.toMatchObject({ code: "body.too_large" });
});

test("a platform without bodies is a fault of the deployment, not a pass", async () => {
  await expect(wholeBody(request(), 3)).rejects.toThrow(Fault);
});
