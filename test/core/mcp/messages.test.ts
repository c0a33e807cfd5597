import { describe, expect, test } from "vitest";
import { call, createMcpWorld, message, type Sent, sent } from "./world.ts";

const ask = async (given: Sent) => {
  const world = createMcpWorld();
  return world.authorizer.authorize(await sent(world, given));
};
const outcome = async (given: Sent) => {
  const decision = await ask(given);
  return decision.kind === "allow" ? decision.rule : decision.kind === "refuse" && decision.code;
};

describe("which rule a message is for", () => {
  test.each<[string, Sent, string]>([
    ["the protocol", { body: message("initialize", {}) }, "protocol"],
    [
      "a notification",
      { body: { jsonrpc: "2.0", method: "notifications/initialized" } },
      "protocol",
    ],
    ["a list", { body: message("tools/list") }, "protocol"],
    ["an answer to the server", { body: { jsonrpc: "2.0", id: 1, result: {} } }, "protocol"],
    ["an error for the server", { body: { jsonrpc: "2.0", id: null, error: {} } }, "protocol"],
    ["a stream", { method: "GET" }, "protocol"],
    ["the end of a session", { method: "DELETE" }, "protocol"],
    ["a tool", { body: call("read-file") }, "read"],
    ["another tool", { body: call("write-file") }, "write"],
    ["a resource", { body: message("resources/read", { uri: "file:///docs/a/b" }) }, "read"],
    ["a prompt", { body: message("prompts/get", { name: "review" }) }, "read"],
    ["a tool whose name has a glob's characters", { body: call("a*b") }, "read"],
    ["a batch", { body: [message("ping"), message("tools/list", {}, 2)] }, "protocol"],
    ["a batch of several rules", { body: [call("read-x"), call("write-x")] }, "read"],
    [
      "a charset",
      { body: call("read-x"), headers: { "Content-Type": 'application/json; charset="UTF-8"' } },
      "read",
    ],
  ])("%s: %s", async (_, given, rule) => {
    expect(await outcome(given)).toBe(rule);
  });

  test.each<[string, Sent, string]>([
    ["a tool that no rule names", { body: call("drop-table") }, "policy.denied"],
    ["a method that no rule names", { body: message("logging/setLevel") }, "policy.denied"],
    ["what the glob's star means is no name", { body: call("axb") }, "policy.denied"],
    ["a glob for a name", { body: call("read*") }, "policy.denied"],
    ["another case", { body: call("READ-file") }, "policy.denied"],
    ["a slash where * stops", { body: call("read-a/b") }, "policy.denied"],
    [
      "a name that is too long to be matched",
      { body: call(`read-${"x".repeat(300)}`) },
      "policy.denied",
    ],
    ["a line's end after the name", { body: call("closed\n") }, "policy.denied"],
    ["a denied tool", { body: call("closed") }, "policy.denied"],
    [
      "a resource beside the glob",
      { body: message("resources/read", { uri: "file:///etc/passwd" }) },
      "policy.denied",
    ],
    ["a scope is missing", { body: call("write-x"), scope: "read" }, "policy.scope"],
    [
      "a batch that hides a forbidden call",
      { body: [message("ping"), call("drop-table")] },
      "policy.denied",
    ],
    [
      "a batch that hides a call without scope",
      { body: [call("read-x"), call("write-x")], scope: "read" },
      "policy.scope",
    ],
    [
      "a batch that hides a denied call",
      { body: [message("ping"), call("closed")] },
      "policy.denied",
    ],
    ["a batch for two servers", { body: [call("read-x"), call("elsewhere")] }, "mcp.mixed"],
    ["an empty batch", { body: [] }, "mcp.malformed"],
    ["a batch in a batch", { body: [[call("read-x")]] }, "mcp.malformed"],
    ["no body", { body: "" }, "mcp.malformed"],
    ["no JSON", { body: "{" }, "mcp.malformed"],
    ["another version", { body: { ...call("read-x"), jsonrpc: "1.0" } }, "mcp.malformed"],
    ["no method and no result", { body: { jsonrpc: "2.0", id: 1 } }, "mcp.malformed"],
    ["a method and a result", { body: { ...call("read-x"), result: {} } }, "mcp.malformed"],
    [
      "a method that is no text",
      { body: { jsonrpc: "2.0", id: 1, method: ["ping"] } },
      "mcp.malformed",
    ],
    [
      "params as a list",
      { body: { jsonrpc: "2.0", id: 1, method: "tools/call", params: ["read-x"] } },
      "mcp.malformed",
    ],
    ["a tool without a name", { body: message("tools/call", {}) }, "mcp.malformed"],
    [
      "a tool's name that is no text",
      { body: message("tools/call", { name: { toString: "read-x" } }) },
      "mcp.malformed",
    ],
    [
      "the method twice",
      { body: '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}' },
      "mcp.malformed",
    ],
    [
      "the method twice, escaped",
      { body: '{"jsonrpc":"2.0","id":1,"method":"ping","m\\u0065thod":"tools/call"}' },
      "mcp.malformed",
    ],
    [
      "the tool twice",
      {
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read-x","name":"drop"}}',
      },
      "mcp.malformed",
    ],
    [
      "the method in another case too",
      { body: { ...message("ping"), Method: "tools/call" } },
      "mcp.malformed",
    ],
    [
      "the tool in another case too",
      { body: message("tools/call", { name: "read-x", Name: "drop" }) },
      "mcp.malformed",
    ],
    [
      "the params with a long s",
      { body: { ...call("read-x"), "param\u017f": { name: "drop" } } },
      "mcp.malformed",
    ],
    ["a byte order mark", { body: `\ufeff${JSON.stringify(call("read-x"))}` }, "mcp.malformed"],
    ["no UTF-8", { body: new Uint8Array([0x22, 0xff, 0x22]) }, "mcp.malformed"],
    ["UTF-16", { body: new Uint8Array([0x7b, 0, 0x7d, 0]) }, "mcp.malformed"],
    [
      "a deep body",
      { body: message("tools/call", { name: "read-x", arguments: deep(40) }) },
      "mcp.malformed",
    ],
    [
      "a large body",
      { body: message("tools/call", { name: "read-x", arguments: "x".repeat(9000) }) },
      "body.too_large",
    ],
    [
      "a compressed body",
      { body: call("read-x"), headers: { "Content-Encoding": "gzip" } },
      "mcp.malformed",
    ],
    [
      "another type",
      { body: call("read-x"), headers: { "Content-Type": "text/plain" } },
      "mcp.malformed",
    ],
    [
      "two types",
      { body: call("read-x"), headers: { "Content-Type": "application/json, text/plain" } },
      "mcp.malformed",
    ],
    [
      "another charset",
      { body: call("read-x"), headers: { "Content-Type": "application/json; charset=utf-7" } },
      "mcp.malformed",
    ],
    [
      "a page of elsewhere",
      { body: message("ping"), headers: { Origin: "https://evil.example" } },
      "mcp.origin",
    ],
    ["a page of nowhere", { body: message("ping"), headers: { Origin: "null" } }, "mcp.origin"],
  ])("refused: %s", async (_, given, code) => {
    expect(await outcome(given)).toBe(code);
  });

  test("a caller without a token is challenged before anything is denied", async () => {
    const world = createMcpWorld();
    const request = await sent(world, { body: call("drop-table") });
    request.headers.delete("Authorization");
    request.headers.delete("DPoP");
    const decision = await world.authorizer.authorize(request);
    expect(decision).toMatchObject({ code: "credentials.missing", status: 401 });
    expect(decision.headers.get("WWW-Authenticate")).toContain("oauth-protected-resource/mcp");
  });

  test("what a scope is missing for is told, so that clients step up", async () => {
    const decision = await ask({ body: [message("ping"), call("write-x")], scope: "read" });
    expect(decision).toMatchObject({ status: 403 });
    expect(decision.headers.get("WWW-Authenticate")).toContain('scope="read write"');
  });

  test("whatever has a body is judged by it", async () => {
    expect(await outcome({ method: "GET", body: "x" })).toBe("protocol");
    expect(await outcome({ method: "DELETE", body: new Uint8Array(0) })).toBe("protocol");
    for (const method of ["PUT", "DELETE", "post"]) {
      const headers = { "Content-Type": "application/json" };
      expect(await outcome({ method, headers, body: call("drop-table") })).toBe("policy.denied");
      expect(await outcome({ method, headers, body: message("ping") })).toBe("protocol");
      expect(await outcome({ method, body: call("drop-table") })).toBe("mcp.malformed");
    }
  });
});

describe("a message in expressions", () => {
  const pay = (amount: unknown) => message("tools/call", { name: "pay", arguments: { amount } });
  test.each<[string, object, string]>([
    ["enough", pay(100), "pay"],
    ["too much", pay(100.5), "policy.denied"],
    ["a text for a number", pay("1"), "policy.denied"],
    ["nothing", message("tools/call", { name: "pay" }), "policy.denied"],
    [
      "an amount in two cases, of which Go takes the last",
      message("tools/call", { name: "pay", arguments: { amount: 1, Amount: 101 } }),
      "policy.denied",
    ],
    ["a batch of which one is too much", [pay(1), pay(101)], "policy.denied"],
    ["a batch", [pay(1), pay(2)], "pay"],
    ["a batch whose second message's rule looks into the body", [pay(1), call("paired")], "pay"],
    [
      "a batch that its second message's rule finds too long",
      [pay(1), pay(2), call("paired")],
      "policy.denied",
    ],
  ])("%s", async (_, body, expected) => {
    expect(await outcome({ body })).toBe(expected);
  });
});

function deep(levels: number): unknown {
  return levels === 0 ? 1 : [deep(levels - 1)];
}
