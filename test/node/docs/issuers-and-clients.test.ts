import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { compile } from "../../../src/documents/index.ts";

// docs/issuers and docs/clients: what they show compiles, or is the file that a test runs.

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");
const blocks = (page: string, language: string): string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
    ([, block = ""]) => block,
  );

const base = {
  serve: { public_origin: "https://api.example.com" },
  secret_management: { nonce_keys: { type: "jwks", config: { secret: "DPOP_NONCE_KEYS" } } },
  master_key: { source: "nonce_keys" },
};
const issuers = globSync("docs/issuers/*.md", { cwd: root }).filter(
  (page) => blocks(page, "yaml").length > 0,
);

test("the issuers", () => {
  expect(issuers.length).toBe(6);
});

test.each(issuers)("%s: its authenticator compiles, and accepts its own issuer", (page) => {
  const [block = ""] = blocks(page, "yaml");
  const { mechanisms } = parse(block);
  const [authenticator] = mechanisms.authenticators;
  const denied = { id: "deny_all", type: "unauthorized" };
  const document = {
    ...base,
    mechanisms: { authenticators: [denied, authenticator] },
    default_rule: { execute: [{ authenticator: "deny_all" }] },
  };
  const rule = {
    id: "api",
    match: { routes: [{ path: "/api/**" }] },
    forward_to: { host: "upstream.example" },
    execute: [{ authenticator: authenticator.id }],
  };
  const result = compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: stringify(document) },
      rules: [{ file: "rules.yaml", text: stringify({ rules: [rule] }) }],
    },
    { target: "cloudflare", environment: {} },
  );
  expect(result).toMatchObject({ ok: true });
  if (!result.ok) return;
  const [own] = result.configuration.rules[0]?.authenticators ?? [];
  expect(own).toMatchObject({ type: "jwt", issuers: authenticator.config.assertions.issuers });
});

test.each([
  ["docs/clients/python.md", "python", "test/node/elsewhere/call.py"],
  ["docs/clients/java.md", "java", "test/node/elsewhere/Call.java"],
  ["docs/clients/go.md", "go", "test/node/elsewhere/go/call.go"],
  ["docs/clients/kotlin.md", "kotlin", "test/languages/kotlin/Call.kt"],
  ["docs/clients/rust.md", "rust", "test/languages/rust/src/main.rs"],
])("%s shows the file that is run", (page, language, file) => {
  expect(blocks(page, language)[0]).toBe(read(file));
});

test.each(["docs/clients/node.md", "docs/clients/browser.md"])(
  "%s shows what docs/client.md does, which is run",
  (page) => {
    const run = blocks("docs/client.md", "js");
    const shown = blocks(page, "js");
    expect(shown.length).toBeGreaterThan(0);
    for (const block of shown) expect(run).toContain(block);
  },
);
