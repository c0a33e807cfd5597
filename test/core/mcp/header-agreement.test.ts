import { describe, expect, test } from "vitest";
import { call, createMcpWorld, message, type Sent, sent } from "./world.ts";

const outcome = async (given: Sent) => {
  const world = createMcpWorld();
  const decision = await world.authorizer.authorize(await sent(world, given));
  return decision.kind === "allow" ? decision.rule : decision.kind === "refuse" && decision.code;
};

describe("headers that repeat the message", () => {
  const tool = call("read-x");
  const accented = call("read-é");
  test.each<[string, NonNullable<Sent["body"]>, Record<string, string>, string]>([
    ["they agree", tool, { "Mcp-Method": "tools/call", "Mcp-Name": "read-x" }, "read"],
    ["base64", accented, { "Mcp-Name": "=?base64?cmVhZC3DqQ==?=" }, "read"],
    ["another tool", tool, { "Mcp-Method": "tools/call", "Mcp-Name": "read-y" }, "mcp.mismatch"],
    ["another method", tool, { "Mcp-Method": "ping" }, "mcp.mismatch"],
    ["another case", tool, { "Mcp-Method": "Tools/Call" }, "mcp.mismatch"],
    [
      "a method, of an answer",
      { jsonrpc: "2.0", id: 1, result: {} },
      { "Mcp-Method": "ping" },
      "mcp.mismatch",
    ],
    ["a name, of what has none", message("ping"), { "Mcp-Name": "read-x" }, "mcp.mismatch"],
    ["broken base64", accented, { "Mcp-Name": "=?base64?====?=" }, "mcp.mismatch"],
    [
      "broken base64, of what has no name",
      message("ping"),
      { "Mcp-Name": "=?base64?/w==?=" },
      "mcp.mismatch",
    ],
    [
      "broken base64, of a batch",
      [tool, tool],
      { "Mcp-Method": "=?base64?/w==?=" },
      "mcp.mismatch",
    ],
    ["a batch", [tool], { "Mcp-Method": "tools/call" }, "read"],
    ["a batch of two", [tool, tool], { "Mcp-Method": "tools/call" }, "mcp.mismatch"],
    ["an underscore", tool, { Mcp_Name: "drop" }, "mcp.mismatch"],
    [
      "another version",
      message("ping", { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } }),
      { "MCP-Protocol-Version": "2025-11-25" },
      "mcp.mismatch",
    ],
  ])("%s", async (_, body, headers, expected) => {
    expect(await outcome({ body, headers })).toBe(expected);
  });
});
