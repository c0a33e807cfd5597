import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument, stringify } from "yaml";
import { SecretProblem } from "../../src/secrets/secret-problem.ts";
import { yamlMapping } from "../../src/secrets/yaml-mapping.ts";
import { createSecrets } from "../../src/secrets.ts";

const heimdalls = `# The example of its documentation.
---
api-token: some_api_token
oauth-github:
  client_id: heimdall
  client_secret: VerySecret!   # really

redis:
    username: 'Ala''ddin'
    password: "Sesame\\u0020Open!"
"quoted name": a#b: c
pem: |
  -----BEGIN
    x

  -----END
last: |-
  no line feed
`;

test("texts by name, and names with texts of their own", () => {
  const mapping = {
    "api-token": "some_api_token",
    "oauth-github": { client_id: "heimdall", client_secret: "VerySecret!" },
    redis: { username: "Ala'ddin", password: "Sesame Open!" },
    "quoted name": "a#b",
    pem: "-----BEGIN\n  x\n\n-----END\n",
    last: "no line feed",
  };
  const text = heimdalls.replace("a#b: c", "a#b");
  expect(yamlMapping(text)).toEqual(mapping);
  expect(yamlMapping(`\ufeff${text.replaceAll("\n", "\r\n")}`)).toEqual(mapping);
});

describe("refused with its line, and nothing of it", () => {
  test.each([
    ["a plain text with a colon", "a: hunter2: x", 1],
    ["a name twice", "a: hunter2\na: hunter3", 2],
    ["a number", "a: 1234", 1],
    ["a number of YAML 1.1", "a: 0o17", 1],
    ["a boolean", "a: yes", 1],
    ["nothing", "a:", 1],
    ["null", "a: ~", 1],
    ["a list", "a: [hunter2]", 1],
    ["items", "a:\n  - hunter2", 2],
    ["an anchor", "a: &x hunter2", 1],
    ["a tag", "a: !!str hunter2", 1],
    ["a folded block", "a: >\n  hunter2", 1],
    ["a second line of a text", "a: hunter2\n  hunter3", 2],
    ["a third level", "a:\n  b:\n    c: hunter2", 2],
    ["an indentation of its own", "a:\n  b: x\n   c: hunter2", 3],
    ["a tab", "a:\n\tb: hunter2", 2],
    ["an escape of YAML alone", 'a: "\\x41hunter2"', 1],
    ["an open quotation mark", 'a: "hunter2', 1],
    ["no name", "hunter2", 1],
    ["a second document", "a: x\n---\nb: hunter2", 2],
  ])("%s", (_, text, line) => {
    expect(() => yamlMapping(text)).toThrow(SecretProblem);
    expect(() => yamlMapping(text)).toThrow(new RegExp(`^line ${line} [^0-9]*$`));
  });
});

const letters = fc.string({
  unit: fc.constantFrom(..."ab1 :#'\"\\-?[]{}&*!|>%@`,.~\t", "ü", "yes", "null", "0x1"),
  maxLength: 12,
});
const texts = fc.dictionary(
  letters,
  fc.oneof(letters, fc.dictionary(letters, letters, { minKeys: 1, maxKeys: 3 })),
  { maxKeys: 4, noNullPrototype: true },
);

test("what it reads, a whole reader of YAML reads alike: what others wrote", () => {
  const style = fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE", "BLOCK_LITERAL");
  let read = 0;
  fc.assert(
    fc.property(texts, style, (values, defaultStringType) => {
      const written = stringify(values, { defaultStringType, lineWidth: 0, version: "1.2" });
      try {
        expect(yamlMapping(written)).toEqual(values);
        read += 1;
      } catch (error) {
        if (!(error instanceof SecretProblem)) throw error;
      }
    }),
    { numRuns: 500 },
  );
  expect(read).toBeGreaterThan(100);
});

test("what it reads, a whole reader of YAML reads alike: any lines", () => {
  const line = fc.tuple(
    fc.constantFrom("", " ", "  ", "    "),
    fc.constantFrom("a: ", "b: ", '"c": ', "d:", "", "# ", "|"),
    letters,
  );
  const lines = fc.array(
    line.map((parts) => parts.join("")),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(lines, (all) => {
      const text = all.join("\n");
      let mine: unknown;
      try {
        mine = yamlMapping(text);
      } catch (error) {
        if (error instanceof SecretProblem) return;
        throw error;
      }
      for (const version of ["1.1", "1.2"] as const) {
        const document = parseDocument(text, { version });
        expect([text, document.errors]).toEqual([text, []]);
        expect([text, document.toJS() ?? {}]).toEqual([text, mine]);
      }
    }),
    { numRuns: 3000 },
  );
});

test("a source of type file reads it, and JSON too", async () => {
  const sources = { own: { kind: "inline", from: { path: "/x" }, mapping: true } } as const;
  for (const text of ["a:\n  user: x\n  password: z\n", '{"a": {"user": "x", "password": "z"}}']) {
    const secrets = createSecrets(sources, () => text, undefined, yamlMapping);
    expect(await secrets.text({ source: "own", selector: "a/password" })).toBe("z");
  }
  const broken = createSecrets(sources, () => "a: hunter2: x", undefined, yamlMapping);
  await expect(broken.text({ source: "own" })).rejects.toThrow(
    'The secret source "own" (file /x): line 1 is no plain text: write it in quotation marks.',
  );
});
