import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault, Refused } from "../../../src/decision.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import { languageOf } from "../../../src/mint/language.ts";
import { renderClaims, renderPayload, renderText, type Seen } from "../../../src/mint/render.ts";
import { parseClaims, parsePayload, parseTemplate } from "../../../src/mint/template.ts";
import { functions } from "../../../src/mint/template-functions.ts";
import { templateParts } from "../../../src/mint/template-parts.ts";
import { templateData } from "./template-data.ts";

const language = languageOf(allMechanisms);

function seen(attributes: Readonly<Record<string, unknown>> = {}): Seen {
  const data = templateData();
  return {
    ...data,
    subject: { ...data.subject, attributes: { ...data.subject.attributes, ...attributes } },
    language,
  };
}

test("every function that compiles is there, in the module that compile imports", () => {
  for (const [name, { group }] of functions) {
    if (group && group !== "regexes") expect(language.functions[name], name).toBeTypeOf("function");
  }
  expect(Object.keys(language.functions).filter((name) => !functions.has(name))).toEqual([]);
});

test("only what a template uses is needed", () => {
  expect([
    ...templateParts(parseTemplate("{{ quote .Subject.ID | default (index .Values 1) }}")),
  ]).toEqual([]);
  expect([
    ...templateParts([{ any: parseTemplate('{{ range list 1 }}{{ upper "a" }}{{ end }}') }]),
  ]).toEqual(["templateLoops", "templateLists", "templateTexts", "templateBounds"]);
});

test("what was not handed in is a fault, not an empty text", () => {
  const { language: _, ...without } = seen();
  for (const source of ['{{ upper "a" }}', "{{ range .Values }}{{ end }}", "{{ constructor }}"]) {
    const template =
      source === "{{ constructor }}"
        ? [
            {
              kind: "emit",
              value: { kind: "call", name: "constructor", arguments: [] },
              as: "text",
            } as const,
          ]
        : parseTemplate(source);
    expect(() => renderText(template, without)).toThrow(Fault);
  }
});

describe("claims", () => {
  const rows: ReadonlyArray<[source: string, claims: unknown]> = [
    ['{{- dict "attrs" .Subject.Attributes.address | toJson -}}\n', { attrs: { city: "Köln" } }],
    ["{{ toJson .Subject.Attributes.address }}", { city: "Köln" }],
    ['{{ if true }}{{ dict "a" 1 | toJson }}{{ else }}{"b": 1}{{ end }}', { a: 1 }],
    [
      '{"groups": [{{ range $i, $g := .Subject.Attributes.groups }}{{ if $i }},{{ end }}{{ quote $g }}{{ end }}]}',
      { groups: ["admin", "dev"] },
    ],
    [
      '{"groups": "{{ range .Subject.Attributes.groups }}<{{ . }}>{{ end }}"}',
      { groups: "<admin><dev>" },
    ],
    [
      '{"a": {{ with .Subject.Attributes.address }}{{ quote .city }}{{ else }}null{{ end }}}',
      { a: "Köln" },
    ],
    ['{"a": {{ eq .Subject.ID "alice" | ternary "yes" "no" | quote }}}', { a: "yes" }],
    ['{"a": "{{ printf "user:%s" .Subject.ID }}"}', { a: "user:alice" }],
    ['{"a": {{ printf "%q" .Subject.ID }}}', { a: "alice" }],
    [
      '{"a": 1{{ if .Subject.Attributes.verified }},{{ if not .Subject.Attributes.email }}{{ fail "no email" }}{{ end }} "b": 2{{ end }}}',
      { a: 1, b: 2 },
    ],
  ];
  test.each(rows)("%s", (source, claims) => {
    expect(renderClaims(parseClaims(source), seen())).toEqual(claims);
  });

  test("fail denies, and its words are for the log", () => {
    const template = parseClaims('{"a": {{ if true }}{{ fail "unverified" }}{{ else }}1{{ end }}}');
    expect(() => renderClaims(template, seen())).toThrow(
      new Refused("policy.denied", { expected: "unverified" }),
    );
  });

  test("aud compiles only where it is open", () => {
    expect(() => parseClaims('{"aud": 1}')).toThrow(/set by the edge/);
    expect(renderClaims(parseClaims('{"aud": "a"}', ["aud"]), seen())).toEqual({ aud: "a" });
    expect(() => parseClaims('{"sub": 1}', ["aud"])).toThrow(/set by the edge/);
  });

  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('"', "\\", '","admin":true,"x":"', '\\"', "}", "\u2028", '"]},{"'),
  );
  test("no value in a loop can add a claim or leave its string", () => {
    const template = parseClaims(
      '{"list": [{{ range $i, $g := .Subject.Attributes.g }}{{ if $i }},{{ end }}{"v": "x{{ $g }}", "w": {{ quote $g }}, "j": {{ toJson $g }}}{{ end }}], "t": "{{ range .Subject.Attributes.g }}{{ . }}{{ end }}"}',
    );
    fc.assert(
      fc.property(fc.array(hostile), (g) => {
        const claims = renderClaims(template, seen({ g }));
        const well = g.map((one) => one);
        expect(claims).toEqual({
          list: well.map((one) => ({ v: `x${one}`, w: one, j: one })),
          t: well.join(""),
        });
      }),
    );
  });

  test.each([
    ["{ {{ range .Subject.Attributes.groups }}{{ quote . }}: 1{{ end }} }", "a name"],
    ['{"a": [{{ range .Subject.Attributes.groups }}"\\{{ . }}"{{ end }}]}', "after a backslash"],
    ['{"{{ range .Subject.Attributes.groups }}{{ . }}": 1, "{{ end }}": 2}', "a name in a string"],
    ['{"a": [{{ range .Subject.Attributes.groups }}{{ . }}{{ end }}]}', "no comma"],
  ])("%s is no object of literal names: %s", (source) => {
    expect(() => renderClaims(parseClaims(source), seen())).toThrow(Fault);
  });
});

describe("a request's body", () => {
  test("JSON escapes, a text does not", () => {
    const data = seen({ name: 'a"b' });
    const json = parsePayload('{"user": "user:{{ .Subject.Attributes.name }}"}');
    expect(JSON.parse(renderPayload(json, data))).toEqual({ user: 'user:a"b' });
    const form = parsePayload("user={{ .Subject.Attributes.name | urlenc }}&a=1");
    expect(renderPayload(form, data)).toBe("user=a%22b&a=1");
    const whole = parsePayload('{{ dict "a" (list 1 2) | toJson }}');
    expect(renderPayload(whole, data)).toBe('{"a":[1,2]}');
    const words = parsePayload("[no entry] for anybody");
    expect(renderPayload(words, data)).toBe("[no entry] for anybody");
  });

  // As a text every value in it would be unescaped, and a name could add members of its own.
  test.each([
    ['{"user": "{{ .Subject.Attributes.name }}",}', "a comma too many"],
    ['{"user": {{ if .Subject.ID }}"{{ .Subject.Attributes.name }}"{{ end }}}', "no else"],
    ['{{ if .Subject.ID }}{"user": "{{ .Subject.Attributes.name }}"}{{ end }}', "no else around"],
    [
      '{"{{ .Subject.ID }}": 1, "user": "{{ .Subject.Attributes.name }}"}',
      "a name that is a value",
    ],
    ['{{ $n := .Subject.Attributes.name }} [{"user": "{{ $n }}"} {}]', "two values"],
  ])("%s begins as JSON and is none: %s", (source) => {
    expect(() => parsePayload(source)).toThrow(/^What begins as JSON must be JSON: /);
  });
});

describe("bounds", () => {
  test.each([
    "{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}",
    '{{ $x := "ab" }}{{ range until 100 }}{{ $x = printf "%s%s" $x $x }}{{ end }}{{ $x }}',
    "{{ $x := list 1 }}{{ range until 100 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}",
    '{{ repeat 100000000 "ab" }}',
    '{{ repeat 1000000 "a" | replace "a" (repeat 10000 "b") }}',
    "{{ until 100000000 }}",
    "{{ uniq (until 10000) }}",
  ])("%s ends", (source) => {
    expect(() => renderText(parseTemplate(source), seen())).toThrow(Fault);
  });

  test("a set changes no value but those that the template made", () => {
    const attributes = { address: { city: "Köln" } };
    const set = parseTemplate('{{ set .Subject.Attributes.address "city" "Bonn" }}');
    expect(() => renderText(set, seen(attributes))).toThrow(Fault);
    const copied = parseTemplate('{{ set (deepCopy .Subject.Attributes.address) "city" "Bonn" }}');
    expect(renderText(copied, seen(attributes))).toBe("map[city:Bonn]");
    const merged = parseTemplate('{{ (merge .Subject.Attributes.address (dict "zip" 1)).zip }}');
    expect(renderText(merged, seen(attributes))).toBe("1");
    expect(attributes).toEqual({ address: { city: "Köln" } });
  });

  test("a dict that is to hold itself holds a copy", () => {
    const template = parseTemplate(
      '{{ $d := dict "a" 1 }}{{ $_ := set $d "d" $d }}{{ toJson $d }}',
    );
    expect(renderText(template, seen())).toBe('{"a":1,"d":{"a":1}}');
  });

  test.each([
    '{{ (dict "__proto__" (dict "x" 1)).x }}',
    '{{ $d := dict }}{{ $_ := set $d "__proto__" (dict "x" 1) }}{{ $d.x }}{{ (dict).x }}',
    '{{ (fromJson "{\\"__proto__\\": {\\"x\\": 1}}").x }}',
    '{{ get .Subject.Attributes "constructor" }}{{ hasKey .Subject.Attributes "toString" | ternary 1 "" }}',
    '{{ dig "constructor" "name" "" .Subject.Attributes }}{{ (list).length }}{{ pluck "toString" .Subject.Attributes | join "" }}',
    '{{ (pick (fromJson "{\\"__proto__\\": {\\"x\\": 1}}") "__proto__").x }}',
    '{{ (merge (dict) (fromJson "{\\"__proto__\\": {\\"x\\": 1}}")).x }}',
  ])("%s reaches no prototype", (source) => {
    expect(renderText(parseTemplate(source), seen())).toBe("");
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });

  const value = fc.jsonValue({ maxDepth: 3 });
  test.each([...functions].filter(([name]) => name in language.functions))(
    "%s takes any values, or says so",
    (name, { least, most }) => {
      const run = language.functions[name];
      fc.assert(
        fc.property(
          fc.array(value, { minLength: least, maxLength: Math.min(most, least + 2) }),
          (values) => {
            try {
              run?.(...values);
            } catch (error) {
              if (!(error instanceof Fault || error instanceof Refused)) throw error;
            }
          },
        ),
        { numRuns: 30 },
      );
    },
  );
});
