import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type Refusal, refusals } from "../../../src/decision.ts";
import { compile } from "../../../src/documents/index.ts";

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");
const readme = await read("README.md");

function fenced(page: string, language: string): string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"));
  return [...blocks].map(([, block = ""]) => block);
}

describe("the README", () => {
  test("is read in four minutes", () => {
    expect(readme.split(/\s+/).filter((word) => word !== "").length).toBeLessThanOrEqual(900);
  });

  test("shows two documents that compile", () => {
    const [mechanisms = "", rules = ""] = fenced(readme, "yaml");
    const result = compile(
      {
        mechanisms: { file: "mechanisms.yaml", text: mechanisms },
        rules: [{ file: "rules.yaml", text: rules }],
      },
      { target: "cloudflare", environment: {} },
    );
    expect(result).toMatchObject({ ok: true, notes: [] });
  });

  test("names the tarball that npm pack makes", async () => {
    const { name, version } = JSON.parse(await read("package.json"));
    expect(readme).toContain(`${name}-${version}.tgz`);
  });
});

test("docs/errors.md lists every refusal as the table in the code has it", async () => {
  const page = await read("docs/errors.md");
  const rows = [
    ...page.matchAll(
      /^\| \[`(\w+(?:\.\w+)?)`\]\(#([\w.]+)\) \| (\d{3}) \| (?:`(\w+)`|none) \| (.*) \|$/gm,
    ),
  ];
  const listed = rows.map(([, code, anchor, status, error, says]) => {
    return { code, anchor, status, error, says };
  });
  const table: [string, Refusal][] = Object.entries(refusals);
  expect(listed).toEqual(
    table.map(([code, { status, error, says }]) => ({
      code,
      anchor: code,
      status: String(status),
      error,
      says,
    })),
  );
});

test("docs/library.md shows code whose imports the package has", async () => {
  const { exports } = JSON.parse(await read("package.json"));
  const pages = await Promise.all(["docs/library.md", "docs/client.md"].map(read));
  const names = pages
    .flatMap((page) => fenced(page, "js"))
    .flatMap((block) =>
      [...block.matchAll(/from "dpop-edge(\/[\w/]+)?"/g)].map(([, name = ""]) => `.${name}`),
    );
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(exports).toHaveProperty([name]);
});

test("CONTRIBUTING.md explains every script of package.json, and none besides", async () => {
  const { scripts } = JSON.parse(await read("package.json"));
  const page = await read("CONTRIBUTING.md");
  const listed = [...page.matchAll(/^\| `npm (?:run )?([\w:-]+)`/gm)].map(([, name]) => name);
  // npm's own hook: it runs within `npm pack`.
  const names = Object.keys(scripts).filter((name) => name !== "prepack");
  expect(listed.toSorted()).toEqual(names.toSorted());
});
