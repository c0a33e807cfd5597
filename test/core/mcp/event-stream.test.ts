import { describe, expect, test } from "vitest";
import { EventStreamParser } from "../../../src/mcp/event-stream.ts";

describe("a stream of events, in whatever chunks it comes", () => {
  const text = "id: 1\r\ndata: a\r\ndata: b\r\n\r\n: x\rretry: 5\rdata\r\rdata: c\n\ndata: d";
  const events = [
    { block: "id: 1\r\ndata: a\r\ndata: b\r\n\r\n", data: "a\nb", id: "1" },
    { block: ": x\rretry: 5\rdata\r\r", data: "", retry: 5 },
    { block: "data: c\n\n", data: "c" },
  ];

  test.each([1, 2, 3, 7, text.length])("%i characters each", (size) => {
    const parser = new EventStreamParser();
    const found = [];
    for (let at = 0; at < text.length; at += size)
      found.push(...parser.push(text.slice(at, at + size)));
    expect(found).toEqual(events);
    expect(parser.rest()).toBe("data: d");
  });
});

describe("a server that was broken into keeps nobody busy", () => {
  test("by an event of very many lines", () => {
    const [event] = new EventStreamParser().push(`${"data\n".repeat(1_000_000)}\n`);
    expect(event?.data).toHaveLength(999_999);
  });

  test("by a line that comes letter by letter", () => {
    const parser = new EventStreamParser();
    for (let sent = 0; sent < 1_000_000; sent += 1) parser.push("x");
    expect(parser.rest()).toHaveLength(1_000_000);
  });

  test("by an event without end", () => {
    const parser = new EventStreamParser();
    const push = () => parser.push("data: x\n".repeat(1_100_000));
    expect(push).toThrow(RangeError);
  });
});
