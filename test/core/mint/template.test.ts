import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderText } from "../../../src/mint/render.ts";
import { parseClaims, parseTemplate, TemplateError } from "../../../src/mint/template.ts";
import { templateData } from "./template-data.ts";

function rendered(source: string): string {
  const template = parseTemplate(source);
  // As the build hands it on.
  expect(JSON.parse(JSON.stringify(template))).toEqual(template);
  return renderText(template, templateData());
}

describe("what a template can say", () => {
  const rows: ReadonlyArray<[source: string, output: string]> = [
    ["plain", "plain"],
    ["", ""],
    ["{ } }} {", "{ } }} {"],
    // objects
    ["{{ .Subject.ID }}", "alice"],
    ["{{.Subject.ID}}", "alice"],
    ["{{ $.Subject.ID }}", "alice"],
    ["{{ .Subject.Attributes.email }}", "alice@example.com"],
    ["{{ .Subject.Attributes.address.city }}", "Köln"],
    ["{{ .Subject.Attributes.level }}", "3"],
    ["{{ .Subject.Attributes.verified }}", "true"],
    ["{{ .Subject.Attributes.groups }}", "[admin dev]"],
    ["{{ .Subject.Attributes.none.below }}|{{ .Subject.Attributes.nothing }}", "|"],
    ["{{ .Subject.Attributes.constructor }}{{ .Subject.Attributes.__proto__ }}", ""],
    ["{{ .Subject.Attributes.email.length }}{{ .Subject.Attributes.groups.length }}", ""],
    ["{{ .Request.Method }}", "GET"],
    ["{{ .Request.URL }}", "https://api.example.com:8443/api/a%20b/%C3%BC?x=1&y=2&x=3"],
    ["{{ .Request.URL.String }}", "https://api.example.com:8443/api/a%20b/%C3%BC?x=1&y=2&x=3"],
    ["{{ .Request.URL.Scheme }}", "https"],
    ["{{ .Request.URL.Host }}", "api.example.com:8443"],
    ["{{ .Request.URL.Hostname }}", "api.example.com"],
    ["{{ .Request.URL.Port }}", "8443"],
    ["{{ .Request.URL.Path }}", "/api/a b/ü"],
    ["{{ .Request.URL.RawQuery }}", "x=1&y=2&x=3"],
    ["{{ .Request.URL.Query }}", "map[x:[1 3] y:[2]]"],
    ["{{ .Request.URL.Query.x }}", "[1 3]"],
    ["{{ .Request.URL.Captures.id }}", "42"],
    ['{{ .Request.Header "x-tenant" }}', "acme"],
    ['{{ .Request.Header "X-None" }}', ""],
    ['{{ .Request.Cookie "session" }}', "s=1"],
    ['{{ .Request.Cookie "b" }}{{ .Request.Cookie "c" }}', ""],
    ["{{ .Request.ClientIPAddresses }}", "[192.0.2.1]"],
    ["{{ $s := .Subject }}{{ $s.ID }}{{ $r := .Request }}{{ $r.Method }}", "aliceGET"],
    ["{{ $all := . }}{{ $all.Subject.ID }}{{ $all.Values.service }}", "aliceupstream"],
    ["{{ .Subject.default.ID }}{{ .Subject.default.Attributes.level }}", "alice3"],
    ["{{ .Values.service }}{{ .Outputs.none }}", "upstream"],
    // functions
    ["{{ index .Request.URL.Query.x 1 }}", "3"],
    ["{{ index .Request.URL.Query.x 9 }}{{ index .Request.URL.Query.none 0 }}", ""],
    ['{{ index .Subject.Attributes "user-id" }}', "7"],
    ['{{ index .Subject.Attributes "address" "city" }}', "Köln"],
    ['{{ index .Subject.Attributes "__proto__" }}{{ index .Request.URL.Captures "toString" }}', ""],
    ['{{ index .Request.URL.Captures "*" }}', "rest"],
    ["{{ quote .Subject.ID }}", '"alice"'],
    ["{{ quote .Subject.Attributes.level }}{{ quote .Subject.Attributes.none }}", '"3"""'],
    ["{{ toJson .Subject.Attributes.address }}", '{"city":"Köln"}'],
    ["{{ toJson .Subject.Attributes.none }}", "null"],
    ['{{ urlenc "a b&c=ü/!\'()*~" }}', "a+b%26c%3D%C3%BC%2F%21%27%28%29%2A~"],
    ['{{ default "x" .Subject.Attributes.empty }}', "x"],
    ['{{ default "x" .Subject.Attributes.email }}', "alice@example.com"],
    ['{{ .Subject.Attributes.none | default "x" | quote }}', '"x"'],
    ['{{ .Request.Header "X-Tenant" | quote }}', '"acme"'],
    ['{{ "session" | .Request.Cookie }}', "s=1"],
    ["{{ index .Request.URL.Query.x 0 | quote }}", '"1"'],
    ["{{ quote (index .Request.URL.Query.x 0) }}", '"1"'],
    ['{{ quote (.Request.Header "X-Tenant") }}', '"acme"'],
    // literals
    ['{{ "a\\n\\"\\\\\\u00fc\\x41\\U0001F600" }}', 'a\n"\\üA😀'],
    ["{{ `a\\n}}` }}", "a\\n}}"],
    ['{{ "}}" }}', "}}"],
    ["{{ 12 }} {{ -1.5 }} {{ true }} {{ false }}", "12 -1.5 true false"],
    // white space and comments
    ["a {{- 1 -}} b", "a1b"],
    ["a \n{{- /* c */ -}}\n b", "ab"],
    ["a {{/* c */ -}} b", "a b"],
    ["a{{/* }} c */}}b", "ab"],
    ["a {{- 1 }} b", "a1 b"],
    ["{{ -1 }}", "-1"],
    // variables
    ["{{ $x := .Subject.ID }}{{ $x }}{{ $x }}", "alicealice"],
    ["{{ $a := .Subject.Attributes.address }}{{ $a.city }}", "Köln"],
    ['{{ $x := "1" }}{{ $x = "2" }}{{ $x }}', "2"],
    ['{{ $x := "1" }}{{ if true }}{{ $x := "2" }}{{ $x }}{{ end }}{{ $x }}', "21"],
    ['{{ $x := "1" }}{{ if true }}{{ $x = "2" }}{{ end }}{{ $x }}', "2"],
    ['{{ $x := "1" }}{{ $x := $x | quote }}{{ $x }}', '"1"'],
    // conditions, by Go's idea of what is true
    ["{{ if .Subject.Attributes.email }}a{{ else }}b{{ end }}", "a"],
    ["{{ if .Subject.Attributes.empty }}a{{ else }}b{{ end }}", "b"],
    ["{{ if .Subject.Attributes.none }}a{{ end }}", ""],
    [
      "{{ if .Request.URL.Query.none }}a{{ else if .Request.URL.Query.x }}b{{ else }}c{{ end }}",
      "b",
    ],
    ["{{ if 0 }}a{{ else if .Outputs }}b{{ else }}c{{ end }}", "c"],
    ["{{ if true }}{{ if false }}a{{ else }}b{{ end }}{{ end }}c", "bc"],
    ["{{- if true -}} a {{- end -}} b", "ab"],
  ];
  test.each(rows)("%s", (source, output) => {
    expect(rendered(source)).toBe(output);
  });
});

test("an IPv6 address is a hostname without its brackets", () => {
  const data = templateData({ url: new URL("http://[::1]:8787/") });
  const template = parseTemplate("{{ .Request.URL.Hostname }} {{ .Request.URL.Host }}");
  expect(renderText(template, data)).toBe("::1 [::1]:8787");
});

describe("what does not compile", () => {
  const rows: ReadonlyArray<[source: string, offset: number, says: RegExp]> = [
    ["ab {{ .Subject.Id }}", 6, /no \.Subject\.Id here\. Did you mean \.Subject\.ID\?/],
    ["{{ .Subject.attributes.email }}", 3, /Did you mean \.Subject\.Attributes\?/],
    ["{{ .Request.Url.Path }}", 3, /Did you mean \.Request\.URL\.Path\?/],
    ["{{ .Request.ClientIP }}", 3, /Did you mean \.Request\.ClientIPAddresses\?/],
    ["{{ .Request.Headers.X }}", 3, /Did you mean \.Request\.Header "name"\?/],
    ["{{ .Output.x }}", 3, /Did you mean \.Outputs\?/],
    ["{{ .Principal.ID }}", 3, /Write \.Subject/],
    ["{{ .Foo }}", 3, /There are \.Subject, \.Subject\.ID, /],
    ["{{ .constructor }}", 3, /There is no \.constructor/],
    ["{{ $x }}", 3, /\$x is not declared/],
    ["{{ $x = 1 }}", 0, /\$x is not declared: write :=/],
    ["{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", 38, /\$x is not declared/],
    ["{{ .Subject.ID := 1 }}", 0, /Only a variable/],
    ["{{ if $x = 1 }}{{ end }}", 0, /before the if/],
    ["{{ if $x, $y := 1 }}{{ end }}", 0, /Write \{\{ if \$x := /],
    ["{{ range $a, $b, $c := .Values }}{{ end }}", 0, /Write \{\{ range \$key, \$item := /],
    ["{{ range .Values }}{{ break }}{{ end }}", 22, /runs to its end/],
    ["{{ with .Values }}", 0, /This with is never closed/],
    ['{{ range .Values }}{{ .Request.Header "X" }}{{ end }}', 38, /takes no arguments/],
    ["{{ now }}", 3, /pure/],
    ['{{ env "HOME" }}', 3, /pure/],
    ['{{ regexMatch .Subject.ID "b" }}', 3, /written here as a text/],
    ['{{ regexMatch "(a+)+" "b" }}', 3, /busy/],
    ['{{ sha256sum "a" }}', 3, /hashed/],
    ['{{ index .Subject.Attributes.user-id "x" }}', 33, /index \.Subject\.Attributes "user-id"/],
    ["{{ .Request.URL.Query.x.0 }}", 23, /index/],
    ["{{ .Request.Header }}", 3, /\.Request\.Header "X-Name"/],
    ["{{ .Request.Header .Subject.ID }}", 3, /written literally/],
    ['{{ .Request.Header "a b" }}', 3, /written literally/],
    ['{{ .Request.Header "A" "B" }}', 3, /written literally/],
    ['{{ .Request.Header "DPoP" }}', 3, /credentials, which stay at the edge/],
    ['{{ .Request.Header "authorization" }}', 3, /credentials, which stay at the edge/],
    ["{{ quote .Request.Header }}", 9, /parentheses/],
    ["{{ qoute .Subject.ID }}", 3, /Did you mean quote\?/],
    ["{{ zzzzzzzz .Subject.ID }}", 3, /no function zzzzzzzz here\. docs.documents/],
    ["{{ constructor .Subject.ID }}", 3, /no function constructor/],
    ['{{ secret "a" "b" }}', 3, /Secrets cannot be read/],
    ["{{ default upper 1 }}", 11, /Put upper and its arguments in parentheses/],
    ["{{ quote }}", 3, /quote takes 1 argument, not 0/],
    ["{{ quote .Subject.ID .Subject.ID }}", 3, /quote takes 1 argument, not 2/],
    ["{{ index .Subject.Attributes }}", 3, /index takes at least 2 arguments, not 1/],
    ["{{ toJson quote 1 }}", 10, /parentheses/],
    ["{{ .Subject.ID 1 }}", 15, /takes no arguments/],
    ["{{ 1 | 2 }}", 7, /Only a function/],
    ["{{ /* c */ }}", 3, /"\/" cannot stand here/],
    ["{{ }}", 0, /Something is missing/],
    ["{{ quote | }}", 3, /quote takes 1 argument/],
    ["{{ quote .Subject.ID | }}", 0, /Something is missing/],
    ["{{ (quote 1 }}", 3, /This \( is never closed/],
    ["{{ quote 1) }}", 10, /cannot stand here/],
    ["{{ quote 'a' }}", 9, /double quotation marks/],
    ['{{ "a }}', 3, /never closed/],
    ['{{ "\\q" }}', 3, /no escape sequence/],
    ["{{ 1 + 1 }}", 5, /"\+" cannot stand here/],
    ["{{ .Subject.ID", 0, /never closed by \}\}/],
    ["a{{/* c }}", 1, /closed by \*\/\}\}/],
    ["{{ if true }}a", 0, /never closed by \{\{ end \}\}/],
    ["{{ if true }}a{{ else }}b", 0, /never closed by \{\{ end \}\}/],
    ["{{ if true }}a{{ else }}b{{ else }}c{{ end }}", 25, /never closed/],
    ["a{{ end }}", 1, /no if, with or range that this belongs to/],
    ["{{ else }}", 0, /no if, with or range that this belongs to/],
    ["{{ if true }}{{ end 1 }}", 20, /"1" cannot stand here/],
    ["{{ if true }}{{ else 1 }}{{ end }}", 21, /"1" cannot stand here/],
    ["{{ if }}{{ end }}", 0, /Something is missing/],
    [`{{ ${"(".repeat(100)} }}`, 0, /Too many parentheses/],
    ["{{ if 1 }}".repeat(100), 640, /Too many blocks/],
  ];
  test.each(rows)("%s", (source, offset, says) => {
    let thrown: unknown;
    try {
      parseTemplate(source);
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof TemplateError)) throw new Error("it compiled");
    expect(thrown.message).toMatch(says);
    expect(thrown.offset).toBe(offset);
  });

  test("any text compiles or is a TemplateError inside of it", () => {
    const piece = fc.constantFrom(
      ...'{{ |}} |{{- | -}}|{{/* | */}}|(|)|:=|=|$x|$|.|.Subject.ID|.Request|Header|if |else |end|quote |index |"|`|\\|a|1|-|\n|{|}|:|,|[|]|"sub"'.split(
        "|",
      ),
    );
    const source = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(source, fc.constantFrom(parseTemplate, parseClaims), (text, parse) => {
        try {
          parse(text);
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
          expect(error.offset).toBeGreaterThanOrEqual(0);
          expect(error.offset).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
