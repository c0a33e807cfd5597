import { describe, expect, test } from "vitest";
import { renderClaims } from "../../../src/mint/render.ts";
import {
  parseClaims,
  parseTemplate,
  reservedClaims,
  TemplateError,
} from "../../../src/mint/template.ts";
import { templateData } from "./template-data.ts";

describe("claims", () => {
  const rows: ReadonlyArray<[source: string, output: unknown]> = [
    ["{}", {}],
    [
      ' { "a" : [ 1 , -2.5e3 , true , null , "x\\u0041\\n" , { } , [ ] ] } ',
      { a: [1, -2500, true, null, "xA\n", {}, []] },
    ],
    [
      '{"url": {{ quote .Request.URL.String }}, "service": "upstream"}',
      { url: templateData().request.url.href, service: "upstream" },
    ],
    ['{"a": {{ .Subject.ID }}}', { a: "alice" }],
    [
      '{"a": {{ .Subject.Attributes.level }}, "b": {{ .Subject.Attributes.verified }}}',
      { a: 3, b: true },
    ],
    ['{"a": {{ .Subject.Attributes.groups }}}', { a: ["admin", "dev"] }],
    [
      '{"a": {{ .Subject.Attributes.none }}, "b": {{ quote .Subject.Attributes.none }}, "c": "{{ .Subject.Attributes.none }}"}',
      { a: null, b: "", c: "" },
    ],
    ['{"a": {{ toJson .Subject.Attributes.address }}}', { a: { city: "Köln" } }],
    ['{"a": "user:{{ .Subject.ID }}/{{ .Request.Method }}"}', { a: "user:alice/GET" }],
    ['{"a": "{{ toJson .Subject.Attributes.address }}"}', { a: '{"city":"Köln"}' }],
    [
      '{"a": [{{ .Subject.ID }}, {{ index .Subject.Attributes.groups 0 }}]}',
      { a: ["alice", "admin"] },
    ],
    ['{"a": {"sub": {{ .Subject.ID }}, "exp": 1}}', { a: { sub: "alice", exp: 1 } }],
    [
      '{"a": {{ quote (quote .Subject.ID) }}, "b": {{ toJson (quote .Subject.ID) }}}',
      { a: '"alice"', b: '"alice"' },
    ],
    ['{"a": {{ if .Subject.ID }}{{ quote .Subject.ID }}{{ else }}null{{ end }}}', { a: "alice" }],
    ['{"a": "x{{ if .Subject.ID }}y{{ .Subject.ID }}{{ end }}z"}', { a: "xyalicez" }],
    ['{ {{ if .Subject.ID }}"a": 1{{ else }}"a": 2{{ end }} }', { a: 1 }],
    ['{ {{ if .Subject.ID }}"a": 1{{ end }} }', { a: 1 }],
    ['{ {{ if .Subject.ID }}"a": 1,{{ end }} "b": 2 }', { a: 1, b: 2 }],
    ['{ "a": 1 {{ if .Subject.Attributes.none }}, "b": 2{{ end }} }', { a: 1 }],
    ['{"a": [{{ if .Subject.ID }}1,{{ end }}2]}', { a: [1, 2] }],
    ['{ {{ $name := .Subject.ID -}} "a": {{ quote $name }} }', { a: "alice" }],
    ['{"a{{/* c */}}b": 1{{/* c */}}}', { ab: 1 }],
    ['{"__proto__": {{ .Subject.ID }}}', JSON.parse('{"__proto__":"alice"}')],
    [
      '{"service": {{ quote .Values.service }}, "extra": {{ .Values | toJson }}}',
      { service: "upstream", extra: { service: "upstream" } },
    ],
    [
      '{"email": {{ quote .Subject.Attributes.email }},\n  {{ if .Subject.Attributes.verified -}}\n  "name": {{ quote .Subject.ID }}\n  {{ else -}}\n  "name": "nobody"\n  {{ end -}}\n}',
      { email: "alice@example.com", name: "alice" },
    ],
  ];
  test.each(rows)("%s", (source, output) => {
    const template = parseClaims(source);
    expect(JSON.parse(JSON.stringify(template))).toEqual(template);
    expect(renderClaims(template, templateData())).toEqual(output);
  });
});

describe("claims that do not compile", () => {
  const branches = /Both branches of this if must leave the JSON at the same place/;
  const rows: ReadonlyArray<[source: string, offset: number, says: RegExp]> = [
    ["", 0, /end too early: expected \{ to open/],
    ["[]", 0, /\[ cannot stand here: expected \{/],
    ['"a"', 0, /expected \{/],
    ["{} {}", 3, /expected nothing more/],
    ["{}{{ .Subject.ID }}", 2, /expected nothing more/],
    ["{{ .Subject.ID }}{}", 17, /expected nothing more/],
    ['{"a": 1', 7, /end too early/],
    ['{"a": "x', 8, /closing quotation mark/],
    ['{"a": 1,}', 8, /\} cannot stand here/],
    ['{"a" 1}', 5, /expected a colon/],
    ['{"a": }', 6, /expected a value/],
    ['{"a": 01}', 7, /expected a comma or the end/],
    ['{"a": truth}', 6, /expected a value/],
    ["{'a': 1}", 1, /expected a claim's name in double quotation marks/],
    ['{"a": [1}', 8, /\} cannot stand here/],
    ['{"a": "x\ny"}', 8, /cannot break across lines/],
    ['{"a": "\\x"}', 7, /no escape sequence of JSON/],
    ['{"a": "\\{{ .Subject.ID }}"}', 7, /no escape sequence of JSON/],
    ['{"a": "\\u00{{ .Subject.ID }}"}', 7, /no escape sequence of JSON/],
    ['{"a": 1{{ .Subject.ID }}}', 7, /An action stands for a value/],
    ['{"a": {{ .Subject.ID }}1}', 23, /1 cannot stand here/],
    ['{"a": {{ .Subject.ID }}{{ .Subject.ID }}}', 23, /An action stands for a value/],
    ["{ {{ .Subject.ID }}: 1}", 2, /An action stands for a value/],
    ['{"{{ .Subject.ID }}": 1}', 2, /name must be written literally/],
    ['{"a{{ if true }}b{{ end }}": 1}', 3, /name must be written literally/],
    ['{"a": "{{ quote .Subject.ID }}"}', 7, /brings its own quotation marks/],
    ['{"a": "{{ .Subject.ID | quote }}"}', 7, /brings its own quotation marks/],
    ['{"a": {{ if .Subject.ID }}1{{ end }}}', 6, branches],
    ['{"a": {{ if .Subject.ID }}1{{ else }}"x{{ end }}}', 6, branches],
    ['{"a": {{ if .Subject.ID }}{"b": 1{{ else }}["b"{{ end }}]}', 6, branches],
    ['{"a": "x{{ if .Subject.ID }}", "b": "y{{ else }}", "c": 1, "d": 2{{ end }}}', 8, branches],
    ['{"a": 1, "a": 2}', 10, /"a" stands here twice/],
    ['{"a": 1, "\\u0061": 2}', 10, /"a" stands here twice/],
    ['{"x": {"a": 1, "a": 2}}', 16, /"a" stands here twice/],
    ['{ {{ if .Subject.ID }}"a": 1,{{ end }} "a": 2}', 40, /"a" stands here twice/],
    ['{ {{ if .Subject.ID }}{{ else }}"a": 1,{{ end }} "a": 2}', 50, /"a" stands here twice/],
    ['{"a": {{ if .Subject.ID }}"{{ else }}{{ end }}x"}', 6, branches],
    ['{"a": {{ if .Subject.ID }}{"b": 1{{ else }}{"b": {"c": 1{{ end }}}}', 6, branches],
    ['{"a": {{ .Subject.Nope }}}', 9, /no \.Subject\.Nope/],
    ...reservedClaims.map((claim): [string, number, RegExp] => [
      `{"a": 1, "${claim}": 1}`,
      10,
      /is set by the edge: leave it out/,
    ]),
    ['{"\\u0069ss": 1}', 2, /The claim iss is set by the edge/],
    ['{"i{{/* c */}}ss": 1}', 14, /The claim iss is set by the edge/],
    ['{ {{ if .Subject.ID }}"sub": 1{{ end }} }', 23, /The claim sub is set by the edge/],
  ];
  test.each(rows)("%s", (source, offset, says) => {
    let thrown: unknown;
    try {
      parseClaims(source);
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof TemplateError)) throw new Error("it compiled");
    expect(thrown.message).toMatch(says);
    expect(thrown.offset).toBe(offset);
  });
});

describe("a template that was not compiled for claims", () => {
  test("is a fault, not an injection", () => {
    expect(() => renderClaims(parseTemplate('{"a": {{ .Subject.ID }}}'), templateData())).toThrow(
      /template of text was used for claims/,
    );
    expect(() => renderClaims([{ kind: "text", text: "[]" }], templateData())).toThrow(
      /not render a JSON object/,
    );
    expect(() => renderClaims([{ kind: "text", text: "{" }], templateData())).toThrow(
      /not render a JSON object/,
    );
  });
});
