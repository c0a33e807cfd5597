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

test("a number is a caller only where it is the one that was written", () => {
  expect(principal({ uid: 7 }, "uid").id).toBe("7");
  // Both are 9007199254740992 to this engine: one caller would be the other.
  for (const written of ["9007199254740992", "9007199254740993", "1e400", "1.5"])
    expect(() => principal({ uid: JSON.parse(written) }, "uid"), written).toThrow(
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
