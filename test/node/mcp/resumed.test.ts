import { describe, expect, test } from "vitest";
import { resumed } from "../../../cli/proxy/resumed.ts";

const headers = { "Content-Type": "text/event-stream" };

/** A stream that says so much, and then ends, or breaks off. */
function stream(text: string, breaks = false): Response {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (text !== "") controller.enqueue(new TextEncoder().encode(text));
      else if (breaks) controller.error(new Error("broken"));
      else controller.close();
      text = "";
    },
  });
  return new Response(body, { headers });
}

async function read(first: Response, answers: Response[], last?: string) {
  const asked: string[] = [];
  const again = async (id: string) => {
    asked.push(id);
    return answers.shift() ?? new Response(null, { status: 404 });
  };
  const seen: unknown[] = [];
  const signal = new AbortController().signal;
  try {
    const isOver = () => last === undefined || seen.includes(last);
    for await (const { data } of resumed(first, again, signal, isOver)) seen.push(data);
    return { seen, asked };
  } catch (error) {
    return { seen, asked, failed: String(error) };
  }
}

const event = (id: number) => `id: ${id}\nretry: 1\ndata: ${id}\n\n`;

describe("a stream of events through the proxy", () => {
  test("that ends has ended", async () => {
    expect(await read(stream(event(1)), [])).toEqual({ seen: ["1"], asked: [] });
  });

  test("that breaks off is taken up where it broke, and half an event is not told", async () => {
    const first = stream(`${event(1)}id: 2\ndata: hal`, true);
    const answers = [new Response(null, { status: 503 }), stream(event(2), true), stream(event(3))];
    expect(await read(first, answers)).toEqual({ seen: ["1", "2", "3"], asked: ["1", "1", "2"] });
  });

  test("that ends before the answer is there is taken up", async () => {
    const pieces = [stream(event(2)), stream(""), stream(event(3))];
    const all = { seen: ["1", "2", "3"], asked: ["1", "2", "2"] };
    expect(await read(stream(event(1)), pieces, "3")).toEqual(all);
    const without = await read(stream("data: x\n\n"), [], "3");
    expect(without).toMatchObject({ seen: ["x"], failed: expect.stringContaining("answer") });
  });

  test("that cannot be taken up fails", async () => {
    const failed = expect.stringContaining("cannot be taken up");
    expect(await read(stream(event(1), true), [])).toEqual({ seen: ["1"], asked: ["1"], failed });
    const without = await read(stream("data: x\n\n", true), []);
    expect(without).toEqual({ seen: ["x"], asked: [], failed: expect.stringContaining("broken") });
  });

  test("is asked for a few times, not for ever", async () => {
    const down = Array.from({ length: 9 }, () => new Response(null, { status: 503 }));
    const { asked, failed } = await read(stream(event(1), true), down);
    expect([asked.length, failed]).toEqual([6, "Error: the stream broke off"]);
  });
});
