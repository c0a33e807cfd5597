import { describe, expect, test } from "vitest";
import { call, createMcpWorld, message, type Sent, sent } from "./world.ts";

const rules = `
rules:
  - id: look
    match: {routes: [{path: /mcp}], mcp: {tools: [look]}}
    forward_to: {host: mcp.example}
    execute:
      - {authenticator: agents}
      - {authenticator: partners, config: {assertions: {scopes: [look]}}}
  - id: touch
    match: {routes: [{path: /mcp}], mcp: {tools: [touch]}}
    forward_to: {host: mcp.example}
    execute:
      - {authenticator: agents}
      - {authenticator: partners, config: {assertions: {scopes: [touch]}}}
  - id: owned
    match: {routes: [{path: /mcp}], mcp: {tools: [owned]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}, {contextualizer: owner, id: role}, {finalizer: role}]
  - id: visited
    match: {routes: [{path: /mcp}], mcp: {tools: [visited]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}, {contextualizer: guest, id: role}, {finalizer: role}]
  - id: either
    match: {routes: [{path: /mcp}], mcp: {tools: [owned-*]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}, {contextualizer: owner, id: role}, {finalizer: role, if: 'MCP.tool == "owned-too"'}]
  - id: protocol
    match: {routes: [{path: /mcp}], mcp: {methods: [initialize, ping]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}]
`;

const outcome = async (given: Sent) => {
  const world = createMcpWorld(() => rules);
  const decision = await world.authorizer.authorize(await sent(world, given));
  return decision.kind === "allow" ? decision.rule : decision.kind === "refuse" && decision.code;
};

describe("every message of a batch is judged as if it came alone", () => {
  const partner = { claims: { iss: "https://partner.example" }, scope: "look" };

  test.each<[string, Sent, string]>([
    ["a tool alone", { body: call("look") }, "look"],
    ["another one alone", { body: call("touch") }, "policy.scope"],
    ["both", { body: [call("look"), call("touch")] }, "policy.scope"],
    [
      "both, with both scopes",
      { body: [call("look"), call("touch")], scope: "look touch" },
      "look",
    ],
  ])("by the scopes of the authenticator that knows the caller: %s", async (_, given, expected) => {
    expect(await outcome({ ...partner, ...given })).toBe(expected);
  });

  test("what is said of the caller for one message is not said for another", async () => {
    expect(await outcome({ body: call("owned") })).toBe("owned");
    expect(await outcome({ body: call("visited") })).toBe("visited");
    expect(await outcome({ body: [call("owned"), call("owned")] })).toBe("owned");
    expect(await outcome({ body: [call("owned"), call("visited")] })).toBe("mcp.mixed");
    expect(await outcome({ body: [call("owned-too"), call("owned-too")] })).toBe("either");
    expect(await outcome({ body: [call("owned-too"), call("owned-not")] })).toBe("mcp.mixed");
  });
});

test("a batch has an end: each message is judged", async () => {
  const messages = (count: number) => Array.from({ length: count }, () => message("ping"));
  expect(await outcome({ body: messages(100) })).toBe("protocol");
  expect(await outcome({ body: messages(101) })).toBe("mcp.malformed");
});
