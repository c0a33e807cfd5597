// Writes what is made from the schemas: schema/*.json and the tables of docs/documents.md and docs/events.md.
// With --check it writes nothing, and fails when one of them is not as it would be written.
import { readFileSync, writeFileSync } from "node:fs";
import { jsonSchemas } from "../src/documents/json-schema.ts";
import { eventSchema, eventTables } from "./event-reference.ts";
import { tables } from "./reference.ts";

const { mechanisms, rules } = jsonSchemas();
const pages = { "docs/documents.md": tables, "docs/events.md": eventTables };

const files: Readonly<Record<string, string>> = {
  "schema/mechanisms.schema.json": json(mechanisms),
  "schema/rules.schema.json": json(rules),
  "schema/event.schema.json": json(eventSchema),
  ...Object.fromEntries(
    Object.entries(pages).map(([page, made]) => [page, filled(page, made)] as const),
  ),
};

const check = process.argv.includes("--check");
for (const [file, text] of Object.entries(files)) {
  if (!check) writeFileSync(at(file), text);
  else if (read(file) !== text) {
    process.stderr.write(`${file} is not what the schemas say: run npm run schema.\n`);
    process.exitCode = 1;
  }
}

/** The page with every table between its markers written anew. */
function filled(page: string, made: Readonly<Record<string, () => string>>): string {
  const names: string[] = [];
  const result = readFileSync(at(page), "utf8").replace(
    /(<!-- table: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (whole, start, name, end) => {
      const table = made[name];
      if (table === undefined) throw new Error(`${page}: there is no table ${name}.`);
      names.push(name);
      return whole === "" ? whole : `${start}\n${table()}\n\n${end}`;
    },
  );
  const missing = Object.keys(made).filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`${page} lacks the tables ${missing.join(", ")}.`);
  return result;
}

function json(schema: unknown): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(at(file), "utf8");
  } catch {
    return undefined;
  }
}

function at(file: string): URL {
  return new URL(`../${file}`, import.meta.url);
}
