import { describe, expect, test } from "vitest";
import type { Target } from "../../../src/documents/index.ts";
import { compilePair, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

const expression = (text: string) =>
  spoil(
    mechanisms,
    "    - {id: deny_it, type: deny}\n",
    `    - {id: looks, type: cel, config: {expressions: [{expression: '${text}'}]}}\n`,
  );
const looking = spoil(
  rules,
  "      - authenticator: dpop_jwt\n",
  "      - authenticator: dpop_jwt\n      - authorizer: looks\n",
);
const withMessages = (text: string) =>
  spoil(
    text,
    "      hosts: [api.example.com]\n",
    "      hosts: [api.example.com]\n      mcp: {}\n",
  );
const message = { mechanisms: expression('MCP.tool == "read"'), rules: looking };
const notesFor = (pair: object, target: Target) =>
  compilePair(pair, { target }).notes.map(({ path, reason }) => [path, reason]);

describe("what looks into messages and bodies", () => {
  test("an expression that names MCP needs a rule that reads messages", () => {
    expect(problemsOf(compilePair(message))).toEqual([
      expect.objectContaining({
        path: "rules[0]",
        reason: expect.stringContaining("upstream:api names MCP"),
        suggestion: expect.stringContaining("mcp: {}"),
      }),
    ]);
    const reading = { ...message, rules: withMessages(looking) };
    expect(problemsOf(compilePair(reading))).toEqual([]);
  });

  test("on AWS it is told that only the proxy will do", () => {
    const messages = { rules: withMessages(rules) };
    expect(notesFor(messages, "aws")).toEqual([
      ["rules[0].match.mcp", expect.stringContaining("use the proxy")],
    ]);
    expect(notesFor(messages, "cloudflare")).toEqual([]);
    const body = { mechanisms: expression("Request.Body().amount <= 100.0"), rules: looking };
    expect(notesFor(body, "aws")).toEqual([["rules[0]", expect.stringContaining("use the proxy")]]);
    expect(notesFor(body, "cloudflare")).toEqual([]);
  });
});
