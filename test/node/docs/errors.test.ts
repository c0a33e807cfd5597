import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Refusal, refusals } from "../../../src/decision.ts";
import { problems } from "../../../src/forward/problem.ts";

const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

/** By their anchors. */
const entries = new Map(
  page
    .split('<a id="')
    .slice(1)
    .map((text) => {
      const [code = "", entry = ""] = text.split('"></a>');
      return [code, entry] as const;
    }),
);

describe("docs/errors.md", () => {
  test("has an entry for every code, and none besides", () => {
    expect([...entries.keys()].toSorted()).toEqual(Object.keys(refusals).toSorted());
  });

  test.each(Object.entries<Refusal>(refusals))(
    "%s: what the table says, and what to do",
    (code, row) => {
      const entry = entries.get(code) ?? "";
      const error = row.error ? `, \`${row.error}\`` : "";
      expect(entry).toContain(`${row.says} (${row.status}${error})`);
      for (const part of ["Who acts", "Reproduce", "Mend"])
        expect(entry).toMatch(new RegExp(`\\*\\*${part}\\*\\*: \\S.{5,}\\.`));
    },
  );

  test.each(Object.entries(problems))("%s, behind the edge", (problem, { status, detail }) => {
    expect(page).toContain(`| \`${problem}\` | ${status} | ${detail} |`);
  });
});
