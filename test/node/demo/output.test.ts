import { describe, expect, test } from "vitest";
import { readFlags } from "../../../demo/flags.ts";
import { createNarrator } from "../../../demo/narrator.ts";
import { createPaint } from "../../../demo/paint.ts";
import { table } from "../../../demo/table.ts";

describe("the table", () => {
  test("is aligned, without trailing space", () => {
    expect(
      table(
        ["name", "status"],
        [
          ["alg none", "401"],
          ["two", "1 x 200"],
        ],
      ),
    ).toEqual(["name      status", "--------  -------", "alg none  401", "two       1 x 200"]);
  });

  test("stays aligned when cells are coloured", () => {
    const [, , row] = table(["a", "b"], [["x", "y"]], (cell) => `<${cell}>`);
    expect(row).toBe("<x>  <y>");
  });
});

describe("colours", () => {
  test.each([
    ["on a terminal", true, {}, true],
    ["with an empty NO_COLOR", true, { NO_COLOR: "" }, true],
    ["with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["into a pipe", false, {}, false],
  ])("%s", (_name, terminal, environment, coloured) => {
    const text = createPaint(terminal, environment)("green", "caught");
    expect(text === "caught").toBe(!coloured);
    expect(text).toContain("caught");
  });
});

test("an attack that got through stands out in the text itself", () => {
  const lines: string[] = [];
  const narrator = createNarrator((text) => lines.push(text), createPaint(false, {}));
  const outcome = { attack: "alg none", sent: "x", status: "200", error: "-", code: "-" };
  narrator.outcomes([{ ...outcome, caught: false }]);
  narrator.step({ name: "retry", text: "401", ok: false });
  expect(lines.join("")).toMatch(/alg none.+NOT CAUGHT\n/);
  expect(lines.join("")).toMatch(/retry.+401 +NOT AS IT MUST BE\n/);
});

describe("on a narrow terminal", () => {
  const outcome = {
    attack: "stolen token, another key",
    sent: "a proof by the thief's key",
    status: "1 x 200, 49 x 401",
    error: "invalid_dpop_proof",
    code: "rule.unauthorized",
    caught: true,
  };

  test.each([
    [130, ["invalid_dpop_proof", "a proof by the thief's key", "1 x 200, 49 x 401"]],
    [110, ["a proof by the thief's key", "1 x 200, 49 x 401"]],
    [80, ["1 x 200, 49 x 401"]],
    [60, []],
  ])("of %i columns the table leaves out what it can", (columns, shown) => {
    const lines: string[] = [];
    createNarrator((text) => lines.push(text), createPaint(false, {}), columns).outcomes([outcome]);
    for (const line of lines) expect(line.trimEnd().length).toBeLessThanOrEqual(columns);
    const { error, sent, status } = outcome;
    const text = lines.join("");
    expect([error, sent, status].filter((cell) => text.includes(cell))).toEqual(shown);
    expect(text).toMatch(/stolen token, another key.+rule\.unauthorized.+caught/);
  });

  test("a line is broken between words, and goes on below its own beginning", () => {
    const lines: string[] = [];
    const narrator = createNarrator((text) => lines.push(text), createPaint(false, {}), 40);
    narrator.step({ name: "call", text: "GET http://127.0.0.1:1/api with a proof", ok: true });
    expect(lines.join("")).toBe(
      `   1  call       GET\n${" ".repeat(17)}http://127.0.0.1:1/api\n${" ".repeat(17)}with a proof\n`,
    );
  });
});

describe("flags", () => {
  test("default to one run from the shipped documents", () => {
    expect(readFlags([])).toEqual({ keep: false, json: false, help: false });
  });

  test("are read", () => {
    expect(readFlags(["--keep", "--json", "--config", "other"])).toEqual({
      keep: true,
      json: true,
      help: false,
      config: "other",
    });
    expect(readFlags(["--page"])).toMatchObject({ page: true, keep: false });
    expect(readFlags(["--issuer", "keycloak"])).toMatchObject({ issuer: "keycloak" });
  });

  test.each([
    [["--issuer", "okta"], "keycloak"],
    [["--issuer", "keycloak", "--page"], "--page"],
  ])("%j is an error that says why", (args, why) => {
    expect(readFlags(args)).toEqual({ wrong: expect.stringContaining(why) });
  });

  test.each([[["--kep"]], [["extra"]], [["--config"]], [["--keep=yes"]]])(
    "%j is an error that names the flags",
    (args) => {
      expect(readFlags(args)).toEqual({ wrong: expect.stringContaining("--keep, --json") });
    },
  );
});
