import { expect, test } from "vitest";
import { endingIn } from "../../../src/forward/ending.ts";

const encoder = new TextEncoder();

/** A body that is written by hand. */
function written() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  return { readable, write: (text: string) => writer.write(encoder.encode(text)), writer };
}

test("every chunk passes as it comes, and the stream ends where it ends", async () => {
  const { readable, write, writer } = written();
  const reader = endingIn(60_000, readable).getReader();
  for (const text of ["one", "two"]) {
    const sent = write(text);
    expect((await reader.read()).value).toEqual(encoder.encode(text));
    await sent;
  }
  const closed = writer.close();
  expect((await reader.read()).done).toBe(true);
  await closed;
});

test("a stream that says nothing ends with its time, and its source is told", async () => {
  const { readable, writer } = written();
  const reader = endingIn(20, readable).getReader();
  expect((await reader.read()).done).toBe(true);
  await expect(writer.closed.then(() => "closed")).rejects.toBeUndefined();
});

test("a source that breaks breaks the stream", async () => {
  const { readable, writer } = written();
  const reader = endingIn(60_000, readable).getReader();
  const read = reader.read();
  await writer.abort(new Error("broken")).catch(() => {});
  await expect(read).rejects.toThrow("broken");
});

test("who leaves takes the source along", async () => {
  const { readable, writer } = written();
  await endingIn(60_000, readable).cancel("gone");
  await expect(writer.closed).rejects.toBe("gone");
});
