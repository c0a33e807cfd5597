import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/decision.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { languageOf } from "../../../src/mint/language.ts";
import { renderText, type Seen } from "../../../src/mint/render.ts";
import { parseTemplate, TemplateError } from "../../../src/mint/template.ts";
import { templateParts } from "../../../src/mint/template-parts.ts";
import { templateData } from "./template-data.ts";

const seen = (attributes: Readonly<Record<string, unknown>>): Seen => {
  const data = templateData();
  return { ...data, subject: { ...data.subject, attributes }, language: languageOf(allMechanisms) };
};

describe("what does not compile", () => {
  test.each([
    ["regexMatch (print 1)", /written here as a text/],
    ['regexMatch "a.*b.*c"', undefined],
    ['regexMatch "a.*b.*c.*d"', /busy/],
    ['regexMatch "^a.*b.*c.*d"', undefined],
    ['regexMatch "(.*a){9}"', /busy/],
    ['regexFind "(?=a)"', /looking ahead/],
    ['regexFind "(a)\\\\1"', /referring back/],
    ['regexFind "(?U)a+"', /no flag U/],
    ['regexFind "\\\\y"', /means nothing/],
    ['regexFind "\\\\p{Klingon}"', /no class/],
    ['regexFind "a{1001}"', /1000/],
    ['regexFind "[a"', /never closed/],
    ['regexFind "a)"', /too many/],
    ['regexFind "*"', /no regular expression/],
    ['regexFind "(a?)?"', /may be empty/],
    ['regexMatch "(a?)?"', undefined],
    ['regexFind "(a|)?b"', /may be empty/],
    ['regexFind "(a|){2}b"', undefined],
  ])("%s", (call, says) => {
    const compile = () => parseTemplate(`{{ ${call} "x" }}`);
    if (says === undefined) expect(compile).not.toThrow(/./);
    else expect(compile).toThrow(says);
  });

  test("a group inside a repetition is not replaced by", () => {
    const compile = (regex: string) => () =>
      parseTemplate(`{{ regexReplaceAll ${JSON.stringify(regex)} "x" "$1" }}`);
    expect(compile("(?:(a)b){1,2}")).toThrow(/captures inside a repetition/);
    expect(compile("(a){1,2}")).not.toThrow();
  });
});

describe("cost", () => {
  test.each([
    ['regexMatch "^a+$"', 4096],
    ['regexMatch "a+b+"', 256],
    ['regexMatch "^[a-z._]+@[a-z.-]+[.][a-z]+$"', 256],
    ['regexMatch "a{300,}b"', 4096],
    ['regexMatch "a{256,}a{256,}b"', 256],
    ['regexMatch "a{256,1000}a{256,1000}b"', 256],
  ])("%s takes %d characters", (call, longest) => {
    const template = parseTemplate(`{{ ${call} .Subject.Attributes.x }}`);
    const render = (length: number) => renderText(template, seen({ x: "a".repeat(length) }));
    expect(render(longest)).toMatch(/true|false/);
    expect(() => render(longest + 1)).toThrow(Fault);
  });

  test("a long repetition inside of another is refused", () => {
    const source = '{{ regexMatch "(?:a{300,})*b" .Subject.Attributes.x }}';
    expect(() => parseTemplate(source)).toThrow(/in so many ways/);
  });

  test("a loop of them is bounded", () => {
    const template = parseTemplate(
      '{{ range .Subject.Attributes.x }}{{ regexMatch "a*a*b" . }}{{ end }}',
    );
    const x = Array.from({ length: 200 }, () => "a".repeat(256));
    expect(() => renderText(template, seen({ x }))).toThrow(/more than the edge lets it/);
    expect(renderText(template, seen({ x: x.slice(0, 5) }))).toBe("false".repeat(5));
  });

  test("what they replace by is bounded", () => {
    const template = parseTemplate(
      '{{ regexReplaceAll "a" .Subject.Attributes.x .Subject.Attributes.by }}',
    );
    const data = seen({ x: "a".repeat(4000), by: "$0".repeat(2000) });
    expect(() => renderText(template, data)).toThrow(Fault);
  });
});

test("any pattern compiles or says why, and any text is taken", () => {
  const pattern = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^[ab.()|*+?{}12,[\]^$\\dwspLQE:!<>=?im-]*$/),
  );
  const name = fc.constantFrom("Match", "Find", "FindAll", "ReplaceAll", "Split" as const);
  fc.assert(
    fc.property(name, pattern, fc.string({ unit: "binary" }), (name, regex, x) => {
      const more = { Match: "", Find: "", FindAll: "-1", ReplaceAll: '"<$1>"', Split: "2" }[name];
      const source = `{{ regex${name} ${JSON.stringify(regex)} .Subject.Attributes.x ${more} }}`;
      try {
        renderText(parseTemplate(source), seen({ x }));
      } catch (error) {
        if (!(error instanceof TemplateError || error instanceof Fault)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

test("the functions of an expression of CEL are not those of templates", () => {
  const expression = {
    source: "a.contains(b)",
    tree: { kind: "call", name: "contains", arguments: [] },
  };
  expect([...templateParts({ if: expression })]).toEqual([]);
  const template = parseTemplate('{{ regexMatch "a" .Subject.ID }}');
  expect([...templateParts(template)]).toEqual(["templateRegexes", "templateBounds"]);
});
