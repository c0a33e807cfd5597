import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// ARCHITECTURE.md draws rooms in rows; the imports of the code decide whether that is true.

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
const picture = /```text\n([\s\S]*?)```/.exec(page)?.[1] ?? "";

/** The rooms of each row, from the top. In a row they stand two spaces apart; what says more, farther. */
const rows = picture
  .trimEnd()
  .split("\n")
  .filter((line) => /^\w/.test(line))
  .map((line) => (line.split(/ {3,}/)[0] ?? "").split("  "));
const outside = new Set([
  "test",
  "bench",
  "scripts",
  "model",
  "demo",
  "testing",
  "cli",
  "adapters",
]);
const bottom = rows.length - 1;
const beside = new Set(["event/ trail.ts", "trail.ts event/", "secrets.ts secrets/"]);
beside.add("secrets/ secrets.ts").add("bench test").add("test bench");

/** A folder that is not drawn is vocabulary; a single file that is not is left to the linter's rules. */
function rowOf(room: string): number | undefined {
  const found = rows.findIndex((row) => row.includes(room));
  if (found >= 0) return found;
  return room.endsWith("/") ? bottom : undefined;
}

/** As the picture names it. */
function roomOf(file: string): string {
  const [house = "", name = "", ...below] = file.split("/");
  if (house !== "src") return house;
  return below.length > 0 ? `${name}/` : name;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file));
}

const files = [...outside, "src"].flatMap(sources);

/** What a module imports at run time. */
function imported(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const statements = text.matchAll(/^(?:import|export) (?!type )([^;]*?)from "(\.[^"]+)"/gms);
  const fixed = [...statements]
    .filter(([, names = ""]) => !onlyTypes(names))
    .map(([, , path = ""]) => path);
  const later = [...text.matchAll(/import\(\s*"(\.[^"]+)"/g)].map(([, path = ""]) => path);
  return [...fixed, ...later].map((path) => normalize(join(dirname(file), path)));
}

function onlyTypes(names: string): boolean {
  const list = /^\{([^}]*)\}/s.exec(names.trim())?.[1];
  return list?.split(",").every((name) => /^\s*(type .*)?$/s.test(name)) === true;
}

const edges = files.flatMap((file) =>
  imported(file).map((to) => ({ file, to, from: roomOf(file), into: roomOf(to) })),
);

describe("the picture of ARCHITECTURE.md", () => {
  test("has the rooms that there are", () => {
    const rooms = new Set(files.map(roomOf));
    const drawn = rows.flat();
    expect(drawn.filter((room) => !rooms.has(room))).toEqual([]);
    expect(new Set(drawn).size).toBe(drawn.length);
    expect([...outside].filter((room) => !drawn.includes(room))).toEqual([]);
  });

  test("every import leads down", () => {
    expect(edges.length).toBeGreaterThan(1000);
    const wrong = edges.filter(({ from, into }) => {
      if (from === into || beside.has(`${from} ${into}`)) return false;
      const [above, below] = [rowOf(from), rowOf(into)];
      if (above === undefined || below === undefined) return false;
      // The vocabulary may use itself.
      return below < above || (below === above && above !== bottom);
    });
    expect(wrong.map(({ file, to }) => `${file} -> ${to}`)).toEqual([]);
  });

  test("what stands side by side and knows each other does so", () => {
    const known = new Set(edges.map(({ from, into }) => `${from} ${into}`));
    for (const pair of [
      "event/ trail.ts",
      "trail.ts event/",
      "secrets.ts secrets/",
      "bench test",
    ]) {
      expect(known).toContain(pair);
    }
  });
});

test("what runs on Workers makes its promises by withResolvers, whose owner the runtime never forgets", () => {
  const made = files
    .filter((file) => /^(?:src|adapters\/(?:cloudflare|web))\//.test(file))
    .filter((file) => readFileSync(join(root, file), "utf8").match(/new Promise[<(]/));
  expect(made).toEqual([]);
});

test("CONTRIBUTING.md and ARCHITECTURE.md name files that are there", () => {
  const text = page + readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const named = [...text.matchAll(/`((?:src|test|cli|scripts|docs)\/[\w./-]+)`/g)]
    .map(([, file = ""]) => file)
    .filter((file) => !file.includes("NAME"));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("every decision is in the list", () => {
  const list = readFileSync(join(root, "docs/decisions/index.md"), "utf8");
  const pages = readdirSync(join(root, "docs/decisions")).filter((name) => /^\d/.test(name));
  expect(pages.filter((name) => !list.includes(`(${name})`))).toEqual([]);
});
