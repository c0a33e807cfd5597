import { expect, test } from "vitest";
import { createClaimPaths } from "../../../src/claim-path/evaluate.ts";
import { principalOf } from "../../../src/principal.ts";
import { jwtAuthenticator as authenticator } from "../authorizer/world.ts";

const claimPath = createClaimPaths();

function principal(
  claims: Readonly<Record<string, unknown>>,
  id: string,
  attributes: string | Readonly<Record<string, string>> = "@this",
) {
  return principalOf(
    { claims, scopes: [] },
    { ...authenticator, principal: { id, attributes } },
    claimPath,
  );
}

test("the first of several claims is the caller", () => {
  expect(principal({ client_id: "web" }, "[username,client_id].0").id).toBe("web");
  expect(principal({ username: "ann", client_id: "web" }, "[username,client_id].0").id).toBe("ann");
  expect(() => principal({}, "[username,client_id].0")).toThrow("token.malformed");
  expect(() => principal({ username: ["ann"] }, "[username,client_id].0")).toThrow(
    "token.malformed",
  );
});

test("attributes by name", () => {
  const claims = { sub: "ann", org: { id: 7 }, "https://example.com/roles": ["admin"] };
  expect(
    principal(claims, "sub", { org: "org.id", roles: "https://example.com/roles", none: "none" })
      .attributes,
  ).toEqual({ org: 7, roles: ["admin"], none: undefined });
});
