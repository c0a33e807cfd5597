import { expect, test } from "vitest";
import { keepBody } from "../../adapters/cloudflare/kept-body.ts";

const url = "https://api.example.com/api/x";
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request(url, { method: "POST", body, headers });
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** A body in several pieces; `pulled` counts those that were asked for. */
function pieces(...parts: string[]) {
  const asked = { count: 0 };
  const body = new ReadableStream(
    {
      pull(controller) {
        const part = parts[asked.count];
        asked.count += 1;
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, asked };
}

test("is read whole, and goes on as it came", async () => {
  const kept = keepBody(post(pieces("one ", "two").body, { "Content-Type": "text/plain" }));
  expect(text(await kept.read(7))).toBe("one two");
  expect(text(await kept.read(7))).toBe("one two");
  expect(text(kept.bytes())).toBe("one two");
  const behind = kept.request();
  expect([behind.method, behind.url, behind.headers.get("Content-Type")]).toEqual([
    "POST",
    url,
    "text/plain",
  ]);
  expect(await behind.text()).toBe("one two");
});

test("of one byte more than the limit is not read further", async () => {
  const { body, asked } = pieces("12345", "678", "more", "and more");
  expect(await keepBody(post(body)).read(7)).toBeUndefined();
  expect(asked.count).toBeLessThan(4);
});

test("that nobody looked into is the client's own stream", async () => {
  const request = post("untouched");
  const kept = keepBody(request);
  expect(kept.request()).toBe(request);
  expect(kept.bytes()).toBeUndefined();
  expect(request.bodyUsed).toBe(false);
});

test("that is none is empty", async () => {
  const request = new Request(url);
  const kept = keepBody(request);
  expect(text(await kept.read(7))).toBe("");
  expect(kept.bytes()).toBeUndefined();
  expect(kept.request()).toBe(request);
});
