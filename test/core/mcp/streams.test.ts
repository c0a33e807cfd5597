import { expect, test } from "vitest";
import { createWorld } from "../authorizer/world.ts";
import { createMcpWorld, mcpConfiguration, type Sent, sent } from "./world.ts";

const headers = () => new Headers({ "Content-Type": "text/event-stream" });
const endless = () =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
  });

async function streamOf(world: ReturnType<typeof createMcpWorld>, given: Sent) {
  const decision = await world.authorizer.authorize(await sent(world, { method: "GET", ...given }));
  if (decision.kind !== "allow") throw new Error(JSON.stringify(decision));
  return decision.finish;
}

test("a stream ends when its token says so, long before the leeway does", async () => {
  const world = createMcpWorld();
  const finish = await streamOf(world, { claims: { exp: world.clock.seconds + 0.05 } });
  const body = await finish?.(headers(), endless());
  expect(await new Response(body ?? null).text()).toBe("data: 1\n\n");
});

test("with end_with_token: false it is left alone", async () => {
  const world = createWorld({
    ...mcpConfiguration((text) => text.replace("filter_lists: true", "filter_lists: false")),
    endStreamsWithToken: false,
  });
  const finish = await streamOf(world, { claims: { exp: world.clock.seconds + 0.05 } });
  const body = endless();
  expect(await finish?.(headers(), body)).toBe(body);
});
