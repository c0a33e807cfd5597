import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/jws/json.ts";
import { renderClaims, renderClaimsText, type Seen } from "../../../src/mint/render.ts";
import { parseClaims, reservedClaims, TemplateError } from "../../../src/mint/template.ts";
import { templateData } from "./template-data.ts";

/** Text that looks for a way out of a string, with lone surrogates and control characters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '"',
          "\\",
          '\\"',
          '","admin":true,"x":"',
          '"}',
          "{{",
          "}}",
          "\u2028",
          "\ud800",
          "\udfff",
        ],
        ...[
          "\u0000",
          "\n",
          "\r\n",
          "\u007f",
          "__proto__",
          "constructor",
          ":",
          ",",
          "[",
          "{",
          "\\u0022",
        ],
      ),
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const hostileValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    hostile,
    fc.constantFrom(null, true, false, 0, -1.5, 1e300),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(hostile, fc.constant("text")), tie("value")), { maxLength: 3 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const visible = fc.stringMatching(/^[!-~ ]{0,12}$/).map((text) => text.trim());

const hostileData: fc.Arbitrary<Seen> = fc
  .record({
    id: hostile,
    attributes: fc.record({ email: hostileValue, role: hostileValue, __proto__: hostileValue }),
    query: hostile,
    capture: hostile,
    header: visible,
    address: hostile,
    value: hostile,
  })
  .map(({ id, attributes, query, capture, header, address, value }) => {
    const url = new URL("https://api.example.com/api");
    url.searchParams.set("q", query);
    url.search += `&raw=${query.toWellFormed()}`;
    return {
      subject: { id, attributes },
      request: {
        method: "GET",
        url,
        captures: { id: capture },
        headers: new Headers({ "X-Test": header }),
        clientAddresses: [address],
      },
      values: { v: value },
      outputs: {},
    };
  });

describe("whatever a client sends", () => {
  const source = `{
    "id": {{ .Subject.ID }}, "quoted": {{ quote .Subject.ID }}, "inside": "<{{ .Subject.ID }}>",
    "email": {{ .Subject.Attributes.email }}, "role": {{ toJson .Subject.Attributes.role }},
    "proto": {{ index .Subject.Attributes "__proto__" }}, "all": {{ .Subject.Attributes }},
    "url": {{ quote .Request.URL.String }}, "path": "{{ .Request.URL.Path }}",
    "q": {{ index .Request.URL.Query.q 0 }}, "query": {{ .Request.URL.Query }},
    "capture": "{{ .Request.URL.Captures.id }}", "header": {{ .Request.Header "X-Test" | quote }},
    "addresses": {{ .Request.ClientIPAddresses }}, "value": "{{ .Values.v }}",
    "maybe": {{ if .Subject.Attributes.role }}{{ .Subject.ID }}{{ else }}null{{ end }}
  }`;
  const template = parseClaims(source);

  test("is inside of the claim that was meant for it, and adds none", () => {
    fc.assert(
      fc.property(hostileData, (data) => {
        const { subject, request, values } = data;
        const { role, email } = subject.attributes;
        const text = renderClaimsText(template, data);
        expect(parseJson(text), "no member twice").toBeDefined();
        const rendered = renderClaims(template, data);
        const { maybe, role: _, email: __, all: ___, proto: ____, ...strings } = rendered;
        expect(strings).toEqual({
          id: subject.id,
          quoted: subject.id,
          inside: `<${subject.id}>`,
          url: request.url.href,
          path: "/api",
          q: request.url.searchParams.get("q"),
          query: { q: [request.url.searchParams.get("q")], ...rest(request.url) },
          capture: request.captures.id,
          header: request.headers.get("X-Test"),
          addresses: request.clientAddresses,
          value: values.v,
        });
        expect(JSON.stringify(rendered.email)).toBe(JSON.stringify(email));
        expect(JSON.stringify(rendered.role)).toBe(JSON.stringify(role));
        expect(JSON.stringify(rendered.all)).toBe(JSON.stringify(subject.attributes));
        expect([null, subject.id]).toContain(maybe);
      }),
      { numRuns: 500 },
    );
  });

  // Every template that compiles, not only the one above.
  const expression = fc.constantFrom(
    "{{ .Subject.ID }}",
    "{{ quote .Subject.ID }}",
    "{{ .Subject.Attributes.email }}",
    "{{ toJson .Subject.Attributes }}",
    "{{ .Request.URL.Query }}",
    "{{ $x := .Subject.ID }}",
    "{{ if .Subject.Attributes.role }}",
    "{{ else }}",
    "{{ end }}",
  );
  const literal = fc.constantFrom(
    ...'{|}|[|]|,|:|"|\\|"a"|"b":|"c": "|1|null|\\u00|"sub":| '.split("|"),
  );
  const well = fc.constantFrom<string[]>(
    ["{", '"b":', "{{ .Subject.ID }}", "}"],
    ["{", '"c": "', "{{ .Subject.ID }}", '"', ",", '"b":', "1", "}"],
    [
      "{",
      "{{ if .Subject.Attributes.role }}",
      '"b":',
      "1",
      "{{ else }}",
      '"b":',
      "null",
      "{{ end }}",
      "}",
    ],
    ["{", '"b":', "[", "{{ if .Subject.Attributes.role }}", "1", ",", "{{ end }}", "1", "]", "}"],
    ["{", '"b":', "{", '"sub":', "{{ .Subject.Attributes.email }}", "}", "}"],
  );
  const spoiled = fc
    .tuple(
      well,
      fc.array(fc.tuple(fc.nat(12), fc.boolean(), fc.oneof(expression, literal)), { maxLength: 3 }),
    )
    .map(([pieces, edits]) =>
      edits.reduce(
        (all, [at, replace, piece]) => all.toSpliced(at, replace ? 1 : 0, piece),
        [...pieces],
      ),
    )
    .map((pieces) => pieces.join(""));

  const { request, values, outputs } = templateData();
  const harmless: Seen[] = ["role", ""].map((role) => ({
    subject: { id: "alice", attributes: { role, email: "" } },
    request,
    values,
    outputs,
  }));

  test("a template that compiles renders one object with its own names, none of them reserved", () => {
    let compiled = 0;
    fc.assert(
      fc.property(spoiled, hostileData, (text, data) => {
        let parsed: ReturnType<typeof parseClaims>;
        try {
          parsed = parseClaims(text);
        } catch (error) {
          if (error instanceof TemplateError) return;
          throw error;
        }
        compiled += 1;
        expect(parseJson(renderClaimsText(parsed, data)), text).toBeDefined();
        const names = Object.keys(renderClaims(parsed, data));
        expect(harmless.flatMap((other) => Object.keys(renderClaims(parsed, other)))).toEqual(
          expect.arrayContaining(names),
        );
        for (const claim of reservedClaims) expect(names).not.toContain(claim);
      }),
      { numRuns: 5000 },
    );
    expect(compiled).toBeGreaterThan(300);
  });
});

function rest(url: URL): Record<string, string[]> {
  const names = new Set([...url.searchParams.keys()]);
  return Object.fromEntries([...names].map((name) => [name, url.searchParams.getAll(name)]));
}
