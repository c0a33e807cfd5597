import { describe, expect, test } from "vitest";
import { compilePair, configurationOf, mechanisms, problemsOf, rules, spoil } from "./pair.ts";

/** A second rule, below `/mcp`, whose authenticator says `assertions`. */
const mcp = (declared: string, assertions = "{scopes: [call]}") => `${rules}
  - id: mcp
    match: {routes: [{path: /mcp}, {path: "/mcp/**"}]}
    forward_to: {host: mcp.example}
    ${declared}
    execute:
      - {authenticator: dpop_jwt, config: {assertions: ${assertions}}}
`;
const anyAudience = spoil(mechanisms, "          audience: [https://api.example.com]\n", "");

const resourcesOf = (pair: Parameters<typeof compilePair>[0]) =>
  configurationOf(compilePair(pair)).protectedResources;

describe("protected_resource", () => {
  test("an empty one says what the rules there say", () => {
    expect(resourcesOf({ rules: mcp("protected_resource: {}") })).toEqual([
      {
        path: "/mcp",
        hosts: [],
        metadata: {
          authorization_servers: ["https://idp.example"],
          scopes_supported: ["call"],
          bearer_methods_supported: ["header"],
          dpop_signing_alg_values_supported: ["RS256", "ES256"],
          dpop_bound_access_tokens_required: true,
        },
      },
    ]);
  });

  test("a rule's is merged over that of serve, which is the whole origin and comes last", () => {
    const served = spoil(
      mechanisms,
      "  timeout: {read: 20s}\n",
      "  timeout: {read: 20s}\n  protected_resource: {resource_name: Orders}\n",
    );
    const found = resourcesOf({
      mechanisms: served,
      rules: mcp("protected_resource: {scopes_supported: [a, b]}"),
    });
    expect(found?.map(({ path }) => path)).toEqual(["/mcp", ""]);
    expect(found?.[0]?.metadata).toMatchObject({
      resource_name: "Orders",
      scopes_supported: ["a", "b"],
    });
    expect(found?.[1]?.metadata).toMatchObject({ scopes_supported: ["call"] });
  });

  test("an opportunistic rule does not require bound tokens", () => {
    const found = resourcesOf({
      rules: mcp("enforcement: opportunistic\n    protected_resource: {}"),
    });
    expect(found?.[0]?.metadata).toMatchObject({ dpop_bound_access_tokens_required: false });
  });

  test.each([
    ["https://api.example.com/mcp/", "/mcp"],
    ["/mcp", "/mcp"],
    ["https://api.example.com", ""],
  ])("resource %s", (written, path) => {
    const found = resourcesOf({ rules: mcp(`protected_resource: {resource: "${written}"}`) });
    expect(found?.[0]?.path).toBe(path);
  });

  test("an authenticator there without audience takes tokens for the resource only", () => {
    const { rules: compiled } = configurationOf(
      compilePair({ mechanisms: anyAudience, rules: mcp("protected_resource: {}") }),
    );
    const audiences = compiled.map(({ authenticators }) =>
      authenticators.map((each) => (each.type === "jwt" ? each.audience : [])),
    );
    expect(audiences).toEqual([[[]], [["https://api.example.com/mcp"]]]);
  });

  test("so does one of the rule that declares the resource, whatever path its first route has", () => {
    const written = mcp("protected_resource: {resource: /mcp}").replace(
      "{path: /mcp}, ",
      "{path: /status}, {path: /mcp}, ",
    );
    const { rules: compiled, protectedResources } = configurationOf(
      compilePair({ mechanisms: anyAudience, rules: written }),
    );
    expect(compiled[1]?.authenticators).toMatchObject([
      { audience: ["https://api.example.com/mcp"] },
    ]);
    expect(protectedResources?.[0]?.metadata).toMatchObject({ scopes_supported: ["call"] });
  });

  test("a rule of one host takes no tokens for the resource at another of our origins", () => {
    const two = spoil(
      anyAudience,
      "public_origin: https://api.example.com",
      "public_origin: [https://api.example.com, https://b.example.com:8443, https://c.example.org]",
    );
    const audienceOf = (hosts: string) => {
      const written = mcp("protected_resource: {}").replace(
        '"/mcp/**"}]}',
        `"/mcp/**"}], hosts: [${hosts}]}`,
      );
      const { rules: compiled } = configurationOf(compilePair({ mechanisms: two, rules: written }));
      const [authenticator] = compiled[1]?.authenticators ?? [];
      return authenticator?.type === "jwt" ? authenticator.audience : [];
    };
    expect(audienceOf("B.example.com")).toEqual(["https://b.example.com:8443/mcp"]);
    expect(audienceOf('"*.example.com"')).toEqual([
      "https://api.example.com/mcp",
      "https://b.example.com:8443/mcp",
    ]);
    expect(audienceOf("elsewhere.example")).toHaveLength(3);
    expect(audienceOf('"*"')).toHaveLength(3);
  });

  test("a note where tokens for the resource would be refused", () => {
    const result = compilePair({ rules: mcp("protected_resource: {}") });
    expect(result.notes.map(({ reason }) => reason)).toContainEqual(
      "clients ask for tokens for https://api.example.com/mcp, and the audience of dpop_jwt is https://api.example.com",
    );
  });

  test.each([
    ["another origin", "{resource: https://other.example/mcp}", "not a URL of this edge"],
    ["a fragment", "{resource: https://api.example.com/mcp#x}", /^expected the URL/],
    ["an unknown key", "{resources: /mcp}", /unknown key/],
    ["a scope with a space", "{scopes_supported: [a b]}", /^expected a scope/],
  ])("%s", (_, declared, reason) => {
    const found = problemsOf(compilePair({ rules: mcp(`protected_resource: ${declared}`) }));
    expect(found.map((problem) => problem.reason)).toEqual([
      typeof reason === "string" ? reason : expect.stringMatching(reason),
    ]);
  });

  test("two rules that say different things of one resource", () => {
    const second = `${mcp("protected_resource: {}")}
  - id: other
    match: {routes: [{path: "/mcp/other"}]}
    forward_to: {host: mcp.example}
    protected_resource: {resource: /mcp, resource_name: Other}
`;
    const found = problemsOf(compilePair({ rules: second }));
    expect(found.map(({ reason }) => reason)).toEqual([
      "another rule says something else of the same resource /mcp",
    ]);
  });
});
