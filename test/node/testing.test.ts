import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestEdge, type TestEdge } from "../../testing/index.ts";

// The documents of this repository, as whoever has a pair of their own would test theirs.
describe.each(["cloudflare", "aws"] as const)("a test edge, %s", (target) => {
  let edge: TestEdge | undefined;
  beforeAll(async () => {
    edge = await startTestEdge({ config: "config", target });
  });
  afterAll(() => edge?.stop());
  const running = (): TestEdge => {
    if (edge === undefined) throw new Error("It has not started.");
    return edge;
  };
  const api = (): string => `${running().origin}/api/orders`;

  test("an honest call reaches the upstream with the internal token alone", async () => {
    const { client, send } = running();
    const answer = await client.call(send, `${api()}?a=1`, { method: "POST", body: "hello" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      method: "POST",
      path: "/api/orders",
      body: "hello",
      headers: expect.toSatisfy(
        (headers) => /^Bearer ey/.test(headers.authorization) && !("dpop" in headers),
      ),
    });
  });

  test.each([
    ["expired", "token.expired"],
    ["stale", "proof.iat"],
    ["replayed", "proof.replayed"],
    ["stolen", "token.binding"],
    ["downgraded", "token.downgraded"],
  ] as const)("%s is refused", async (kind, code) => {
    const { client, send } = running();
    const answer = await client[kind](send, api());
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code });
  });

  test("a path without a rule is nobody's", async () => {
    const { client, origin, send } = running();
    expect((await client.call(send, `${origin}/elsewhere`)).status).toBe(401);
  });
});

test("documents with revocation are given a list of nobody", async () => {
  const config = mkdtempSync(join(tmpdir(), "dpop-edge-testing-"));
  cpSync("config", config, { recursive: true });
  const file = join(config, "mechanisms.yaml");
  const written = readFileSync(file, "utf8");
  writeFileSync(file, written.replace("serve:\n", "serve:\n  revocation: {}\n"));
  const edge = await startTestEdge({ config, target: "aws" });
  const answer = await edge.client.call(edge.send, `${edge.origin}/api/orders`);
  expect(answer.status).toBe(200);
  await edge.stop();
  rmSync(config, { recursive: true });
});

test("documents that are wrong are named", async () => {
  await expect(startTestEdge({ config: "test/node/package/user" })).rejects.toThrow(
    "mechanisms.yaml",
  );
});
