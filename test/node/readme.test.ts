import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type Refusal, refusals } from "../../src/decision.ts";
import { compile } from "../../src/documents/index.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

function fenced(language: string): string[] {
  const blocks = readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"));
  return [...blocks].map(([, block = ""]) => block);
}

describe("the README", () => {
  test("lists every refusal as the table in the code has it", () => {
    const rows = [
      ...readme.matchAll(/^\| `(\w+(?:\.\w+)?)` \| (\d{3}) \| (?:`(\w+)`|none) \| (.*) \|$/gm),
    ];
    const listed = rows.map(([, code, status, error, says]) => ({ code, status, error, says }));
    const table: [string, Refusal][] = Object.entries(refusals);
    expect(listed).toEqual(
      table.map(([code, { status, error, says }]) => ({
        code,
        status: String(status),
        error,
        says,
      })),
    );
  });

  test("shows two documents that compile", () => {
    const [mechanisms = "", rules = ""] = fenced("yaml");
    const result = compile(
      {
        mechanisms: { file: "mechanisms.yaml", text: mechanisms },
        rules: [{ file: "rules.yaml", text: rules }],
      },
      { target: "cloudflare", environment: {} },
    );
    expect(result).toMatchObject({ ok: true, notes: [] });
  });

  test("shows code whose imports the package has", async () => {
    const { exports } = JSON.parse(
      await readFile(new URL("../../package.json", import.meta.url), "utf8"),
    );
    const names = fenced("js").flatMap((block) =>
      [...block.matchAll(/from "dpop-edge(\/\w+)?"/g)].map(([, name = ""]) => `.${name}`),
    );
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(exports).toHaveProperty([name]);
  });
});
