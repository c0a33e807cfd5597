import { expect, test } from "vitest";
import { renderFields, renderHeader, renderText } from "../../../src/mint/render.ts";
import { parseTemplate, TemplateError } from "../../../src/mint/template.ts";
import { templateData } from "./template-data.ts";

// The square of this many steps is a minute.
const run = `a${" ".repeat(128_000)}b`;
const data = templateData({ headers: new Headers({ "X-Run": run }) });

test("a client's long run of spaces costs its length and no more", () => {
  const template = parseTemplate('{{ .Request.Header "X-Run" }}\n');
  expect(renderHeader(template, data)).toBe(run);
  expect(renderFields(template, data)).toEqual([run]);
});

test("so does one in the document", () => {
  expect(renderText(parseTemplate(`${run}  {{- "c" }}`), data)).toBe(`${run}c`);
});

test.each([
  ["parentheses", (depth: number) => `{{ ${"(".repeat(depth)}.Subject.ID${")".repeat(depth)} }}`],
  ["pipes", (depth: number) => `{{ .Subject.ID ${"| urlenc ".repeat(depth)}}}`],
  ["blocks", (depth: number) => `${"{{ if true }}".repeat(depth)}x${"{{ end }}".repeat(depth)}`],
  ["else if", (depth: number) => `{{ if false }}${"{{ else if false }}".repeat(depth)}{{ end }}`],
])("%s inside each other: some, and not thousands", (_, of) => {
  expect(() => renderText(parseTemplate(of(40)), data)).not.toThrow();
  for (const depth of [100, 100_000]) expect(() => parseTemplate(of(depth))).toThrow(TemplateError);
});

test("names of every prototype are names", () => {
  for (const name of ["__proto__", "constructor", "hasOwnProperty"]) {
    const template = `{{ .Subject.Attributes.${name} }}{{ index .Subject.Attributes "${name}" }}{{ .Values.${name} }}`;
    expect(renderText(parseTemplate(template), data)).toBe("");
    expect(() => parseTemplate(`{{ ${name} .Subject.ID }}`)).toThrow(TemplateError);
  }
});
