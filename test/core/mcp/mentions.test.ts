import { describe, expect, test } from "vitest";
import { createMcpWorld, message, type Sent, sent } from "./world.ts";

const rules = `
rules:
  - id: open
    match: {routes: [{path: /mcp}], mcp: {prompts: [review], resources: ["docs://**"]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents, config: {assertions: {scopes: [read]}}}]
  - id: closed
    match: {routes: [{path: /mcp}], mcp: {prompts: [salaries]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}, {authorizer: admins}]
  - id: protocol
    match: {routes: [{path: /mcp}], mcp: {methods: [initialize, "completion/*", "subscriptions/*"]}}
    forward_to: {host: mcp.example}
    execute: [{authenticator: agents}]
`;

const outcome = async (given: Sent) => {
  const world = createMcpWorld(() => rules);
  const decision = await world.authorizer.authorize(await sent(world, given));
  return decision.kind === "allow" ? decision.rule : decision.kind === "refuse" && decision.code;
};
const argument = { name: "x", value: "" };
const complete = (ref: unknown) => message("completion/complete", { ref, argument });
const listen = (notifications: unknown) => message("subscriptions/listen", { notifications });

describe("a prompt or a resource that a message only mentions", () => {
  test.each<[string, object, string]>([
    ["completed, and one's own", complete({ type: "ref/prompt", name: "review" }), "protocol"],
    ["completed, and nobody's", complete({ type: "ref/prompt", name: "other" }), "policy.denied"],
    [
      "completed, and another's",
      complete({ type: "ref/prompt", name: "salaries" }),
      "policy.denied",
    ],
    ["a template", complete({ type: "ref/resource", uri: "docs://{id}" }), "protocol"],
    ["another template", complete({ type: "ref/resource", uri: "hr://{id}" }), "policy.denied"],
    ["of no known kind", complete({ type: "ref/tool", name: "review" }), "mcp.malformed"],
    ["without a name", complete({ type: "ref/prompt" }), "mcp.malformed"],
    ["not there", message("completion/complete", { argument }), "mcp.malformed"],
    [
      "in another case too",
      complete({ type: "ref/prompt", name: "review", Name: "salaries" }),
      "mcp.malformed",
    ],
    ["listened to", listen({ resourceSubscriptions: ["docs://a", "docs://b"] }), "protocol"],
    [
      "listened to beside",
      listen({ resourceSubscriptions: ["docs://a", "hr://b"] }),
      "policy.denied",
    ],
    ["none of it", listen({ toolsListChanged: true }), "protocol"],
    ["no list", listen({ resourceSubscriptions: "hr://b" }), "mcp.malformed"],
    ["a list of more than names", listen({ resourceSubscriptions: [["hr://b"]] }), "mcp.malformed"],
    [
      "a list that is long",
      listen({ resourceSubscriptions: Array(101).fill("docs://a") }),
      "mcp.malformed",
    ],
  ])("%s", async (_, body, expected) => {
    expect(await outcome({ body })).toBe(expected);
  });

  test("is judged by its rule's scopes, in a batch too", async () => {
    const body = complete({ type: "ref/prompt", name: "review" });
    expect(await outcome({ body, scope: "else" })).toBe("policy.denied");
    const other = complete({ type: "ref/prompt", name: "other" });
    expect(await outcome({ body: [body, other] })).toBe("policy.denied");
  });
});
