import { expect, test } from "vitest";
import { compilePair, configurationOf, mechanisms, problemsOf, spoil } from "./pair.ts";

function principalOf(pair: Parameters<typeof compilePair>[0]) {
  const [first] = configurationOf(compilePair(pair)).rules[0]?.authenticators ?? [];
  return first?.type === "jwt" ? first.principal : undefined;
}

test("paths of a principal, and what they need", () => {
  const named = (principal: string) => ({
    mechanisms: spoil(
      mechanisms,
      "        error_signaling: {enabled: true}",
      `        principal: ${principal}\n        error_signaling: {enabled: true}`,
    ),
  });
  const paths = named('{id: "[username,client_id].0", attributes: {mail: email}}');
  expect(principalOf(paths)).toEqual({
    id: "[username,client_id].0",
    attributes: { mail: "email" },
  });
  expect(configurationOf(compilePair(paths)).needs).toContain("claimPath");
  const plain = compilePair(named("{id: user.id, attributes: {mail: email, all: '@this'}}"));
  expect(configurationOf(plain).needs).toEqual([]);
  expect(problemsOf(compilePair(named("{id: 'user*'}")))).toMatchObject([
    { reason: "not a path into the claims: * is a pattern: name the claim" },
  ]);
});
