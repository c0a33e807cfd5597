export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly body?: string;
}

const orgs = [{ id: "acme", role: "admin" }, { id: "other" }];
const now = Math.floor(Date.now() / 1000);
const denied = "policy.denied";

/** Each document of the page: what must pass, and what must not. */
export const rows: readonly {
  readonly name: string;
  readonly asked: Asked;
  readonly code?: string;
}[] = rowsOf([
  ["a reader reads", { path: "/reports/1", claims: { roles: ["reader"] } }],
  [
    "a reader does not write",
    { path: "/reports/1", method: "PUT", claims: { roles: ["reader"] } },
    denied,
  ],
  ["an admin writes", { path: "/reports/1", method: "PUT", claims: { roles: ["admin"] } }],
  ["nobody without roles", { path: "/reports/1" }, denied],
  ["a text is no list of roles", { path: "/reports/1", claims: { roles: "reader" } }, denied],
  ["a member", { path: "/orgs/other/x", claims: { orgs } }],
  ["no member", { path: "/orgs/third/x", claims: { orgs } }, denied],
  ["a member who is no admin", { path: "/orgs/other/x", method: "POST", claims: { orgs } }, denied],
  ["an admin", { path: "/orgs/acme/x", method: "DELETE", claims: { orgs } }],
  ["a token without organisations", { path: "/orgs/acme/x" }, denied],
  ["one's own order", { path: "/users/alice/orders/1", claims: { roles: [] } }],
  ["another's order", { path: "/users/bob/orders/1", claims: { roles: [] } }, denied],
  ["support sees another's", { path: "/users/bob/orders/1", claims: { roles: ["support"] } }],
  [
    "a small order",
    { path: "/users/alice/orders", method: "POST", claims: { roles: [] }, body: '{"amount": 100}' },
  ],
  [
    "a large order",
    { path: "/users/alice/orders", method: "POST", claims: { roles: [] }, body: '{"amount": 101}' },
    denied,
  ],
  [
    "two amounts",
    {
      path: "/users/alice/orders",
      method: "POST",
      claims: { roles: [] },
      body: '{"amount": 101, "amount": 1}',
    },
    "body.unreadable",
  ],
  [
    "too large a body",
    {
      path: "/users/alice/orders",
      method: "POST",
      claims: { roles: [] },
      body: JSON.stringify({ amount: 1, x: "x".repeat(70_000) }),
    },
    "body.too_large",
  ],
  ["OPA allows", { path: "/opa/x", claims: { roles: ["a"] } }],
  ["OPA denies", { path: "/opa/x", method: "POST" }, denied],
  ["OPA has no such policy", { path: "/opa/x", claims: { sub: "nobody" } }, denied],
  ["OpenFGA allows", { path: "/documents/plan" }],
  ["OpenFGA denies the relation", { path: "/documents/plan", method: "PUT" }, denied],
  ["OpenFGA denies the object", { path: "/documents/other" }, denied],
  [
    "a subject cannot be another tuple",
    { path: "/documents/plan", claims: { sub: 'alice","user":"user:alice' } },
    denied,
  ],
  ["AuthZEN allows", { path: "/records/7" }],
  ["AuthZEN denies", { path: "/records/8" }, denied],
  ["a weak login may look", { path: "/transfers" }],
  ["a weak login may not transfer", { path: "/transfers", method: "POST" }, "policy.step_up"],
  [
    "an old login may not transfer",
    {
      path: "/transfers",
      method: "POST",
      claims: { acr: "urn:example:mfa", auth_time: now - 400 },
    },
    "policy.step_up",
  ],
  [
    "a strong login of just now transfers",
    { path: "/transfers", method: "POST", claims: { acr: "urn:example:mfa", auth_time: now - 10 } },
  ],
]);

function rowsOf(written: readonly (readonly [name: string, asked: Asked, code?: string])[]) {
  return written.map(([name, asked, code]) => ({
    name,
    asked,
    ...(code === undefined ? {} : { code }),
  }));
}
