import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type CompileResult, compile } from "../../../src/documents/index.ts";
import { root } from "../cli/run-cli.ts";
import { elsewhere } from "./suite.ts";

const page = readFileSync(`${root}docs/agents.md`, "utf8");
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
const [mechanisms = "", one = "", several = "", delegating = "", delegated = ""] = blocks;

function compiled(text: string, rules: string): CompileResult {
  return compile(
    { mechanisms: { file: "mechanisms.yaml", text }, rules: [{ file: "rules.yaml", text: rules }] },
    { environment: {}, target: "cloudflare" },
  );
}

describe("docs/agents.md", () => {
  test.each([
    ["one server", mechanisms, one, ["/mcp"]],
    ["several servers", mechanisms, several, ["/payroll/mcp", "/orders/mcp"]],
    ["an agent that delegates", delegating, delegated, ["/mcp"]],
  ])("%s: the documents compile, without a note", (_, text, rules, resources) => {
    const result = compiled(text, rules);
    expect(result).toMatchObject({ ok: true, notes: [] });
    if (!result.ok) return;
    const { configuration } = result;
    expect(configuration.protectedResources?.map(({ path }) => path)).toEqual(resources);
    expect(configuration.needs).toContain("mcp");
  });

  test("names the grants that are not tried", () => {
    for (const scenario of elsewhere) expect(page).toContain(scenario);
  });
});
