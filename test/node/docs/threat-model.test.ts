import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// docs/threat-model.md names code and tests; a reviewer who follows a name must arrive.

const root = fileURLToPath(new URL("../../../", import.meta.url));
const page = readFileSync(`${root}docs/threat-model.md`, "utf8");
const rows = [...page.matchAll(/^\| (T\d+) \| (.*) \|$/gm)].map(([, id = "", cells = ""]) => {
  const [threat = "", answer = "", played = "", remains = ""] = cells
    .split("|")
    .map((cell) => cell.trim());
  return { id, threat, answer, played, remains };
});
const named = [
  ...new Set([...page.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, file = ""]) => file)),
];

describe("docs/threat-model.md", () => {
  test("numbers its threats", () => {
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => `T${index + 1}`));
    expect(rows.length).toBeGreaterThan(30);
  });

  test.each(rows)("$id: $threat", ({ answer, played, remains }) => {
    expect(answer).not.toBe("");
    // Whatever is answered is played; what is not answered says what remains.
    if (answer.startsWith("nothing")) expect(remains).not.toBe("");
    else expect(played).toMatch(/`test\/[^`]+\.test\.ts`/);
  });

  test.each(named)("%s is there", (file) => {
    expect(existsSync(`${root}${file}`)).toBe(true);
  });

  test("names no test that only exists and runs nowhere", () => {
    const tests = new Set(globSync("test/{core,node,worker}/**/*.test.ts", { cwd: root }));
    expect(named.filter((file) => file.startsWith("test/") && !tests.has(file))).toEqual([]);
  });
});
