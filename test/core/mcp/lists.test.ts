import { expect, test } from "vitest";
import { filterLists } from "../../../src/mcp/lists.ts";

async function filtered(result: object, type = "application/json"): Promise<unknown> {
  const text = JSON.stringify({ jsonrpc: "2.0", id: 1, result });
  const body = new Response(type === "application/json" ? text : `data: ${text}\n\n`).body;
  const visible = async (_: string, name: string) => name !== "hidden";
  const shown = await new Response(filterLists(body ?? new ReadableStream(), type, visible)).text();
  return JSON.parse(shown.replace(/^data: /, "")).result;
}

const tools = [{ name: "shown" }];

test.each(["application/json", "text/event-stream"])(
  "%s: a list for everybody is its caller's alone once it is filtered",
  async (type) => {
    const own = { tools, ttlMs: 1000, cacheScope: "private" };
    expect(await filtered({ tools, ttlMs: 1000, cacheScope: "public" }, type)).toEqual(own);
    const hidden = [...tools, { name: "hidden" }];
    expect(await filtered({ ...own, tools: hidden, cacheScope: "public" }, type)).toEqual(own);
    expect(await filtered(own, type)).toEqual(own);
  },
);

test("what is no list stays for everybody", async () => {
  const read = { contents: [], ttlMs: 1000, cacheScope: "public" };
  expect(await filtered(read)).toEqual(read);
});
