import { expect, test, vi } from "vitest";
import { resumed } from "../../../cli/proxy/resumed.ts";

const waited: number[] = [];
vi.mock("node:timers/promises", () => ({
  setTimeout: async (milliseconds: number) => void waited.push(milliseconds),
}));

const stream = (text: string) =>
  new Response(text, { headers: { "Content-Type": "text/event-stream" } });

test("a server that asks for a very long pause is not asked again at once: a timer would overflow", async () => {
  const answers = [stream("id: 2\ndata: over\n\n")];
  const again = async () => answers.shift() ?? new Response(null, { status: 404 });
  const seen: unknown[] = [];
  const first = stream("id: 1\nretry: 99999999999999\ndata: x\n\n");
  const events = resumed(first, again, new AbortController().signal, () => seen.includes("over"));
  for await (const { data } of events) seen.push(data);
  expect(seen).toEqual(["x", "over"]);
  expect(waited).toEqual([3_600_000]);
});
