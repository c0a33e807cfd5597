import { describe, expect, test } from "vitest";
import { createDpopClient } from "../../../src/client/index.ts";

const url = "https://a.example/";
const turn = () => new Promise((done) => setTimeout(done, 30));

/** A server that answers when it is told to. */
function slow(patience = 2000) {
  const waiting: { answer: (response: Response) => void; fail: (error: Error) => void }[] = [];
  const client = createDpopClient({
    token: "t",
    origins: ["https://a.example", "https://b.example"],
    patience,
    fetch: (_, { signal }) =>
      new Promise((answer, fail) => {
        waiting.push({ answer, fail });
        if (signal?.aborted) fail(new Error("aborted"));
        signal?.addEventListener("abort", () => fail(new Error("aborted")), { once: true });
      }),
  });
  return { waiting, client };
}

describe("the first request to a server", () => {
  test("goes alone; the others go at once when it is answered, with or without a nonce", async () => {
    const { waiting, client } = slow();
    const calls = [1, 2, 3].map(() => client.fetch(url));
    await turn();
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.answer(new Response());
    await turn();
    await expect.poll(() => waiting.length).toBe(3);
    for (const { answer } of waiting) answer(new Response());
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test("holds up nobody who calls another server", async () => {
    const { waiting, client } = slow();
    void client.fetch(url);
    void client.fetch("https://b.example/");
    await turn();
    await expect.poll(() => waiting.length).toBe(2);
  });

  test("that fails lets the next one go first", async () => {
    const { waiting, client } = slow();
    const [first, second] = [client.fetch(url), client.fetch(url)];
    await turn();
    waiting[0]?.fail(new Error("reset"));
    await expect(first).rejects.toThrow("reset");
    await turn();
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]?.answer(new Response());
    expect((await second).status).toBe(200);
  });

  test("that never comes back is not waited for longer than a while", async () => {
    const { waiting, client } = slow(500);
    for (let calls = 0; calls < 3; calls += 1) void client.fetch(url);
    await turn();
    await expect.poll(() => waiting.length).toBe(1);
    await expect.poll(() => waiting.length).toBe(3);
  });

  test("that never comes back is waited for once: the next one goes first in its place", async () => {
    const { waiting, client } = slow(1000);
    for (let calls = 0; calls < 2; calls += 1) void client.fetch(url);
    await expect.poll(() => waiting.length, { timeout: 3000 }).toBe(2);
    void client.fetch(url);
    await expect.poll(() => waiting.length, { timeout: 800 }).toBe(3);
  });

  test("is not waited for by whoever has lost interest", async () => {
    const { client } = slow(60_000);
    void client.fetch(url);
    await turn();
    const controller = new AbortController();
    const second = client.fetch(url, { signal: controller.signal });
    await turn();
    controller.abort();
    await expect(second).rejects.toThrow("aborted");
  });
});
