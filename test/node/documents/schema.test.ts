// biome-ignore-all lint/suspicious/noTemplateCurlyInString: documents are written like this
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { jsonSchemas } from "../../../src/documents/json-schema.ts";
import { mechanismsDocument } from "../../../src/documents/schema/mechanisms.ts";
import { rulesDocument } from "../../../src/documents/schema/rules.ts";
import { compilePair, mechanisms, problemsOf, rules, spoil } from "../../core/documents/pair.ts";

const run = promisify(execFile);
const root = new URL("../../../", import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: false });
const schemas = jsonSchemas();
const editors = { mechanisms: ajv.compile(schemas.mechanisms), rules: ajv.compile(schemas.rules) };

/** What an editor marks; nothing when it is content. */
function marks(kind: "mechanisms" | "rules", value: unknown): readonly ErrorObject[] {
  return editors[kind](value) ? [] : (editors[kind].errors ?? []);
}

describe("what is made from the documents' source", () => {
  test("is as it would be made now", async () => {
    await expect(
      run(process.execPath, ["scripts/schema.ts", "--check"], { cwd: root }),
    ).resolves.toMatchObject({ stderr: "" });
  });

  test("every key has a description, in the schema and in the page", () => {
    const page = readFileSync(new URL("docs/documents.md", root), "utf8");
    const keys = [...describedKeys(schemas.mechanisms), ...describedKeys(schemas.rules)];
    expect(keys.length).toBeGreaterThan(150);
    for (const { key, description } of keys) {
      expect(description, key).toBeTruthy();
      expect(page, key).toMatch(new RegExp(`[\`.]${key}\``));
    }
  });
});

describe("shipped documents", () => {
  test.each(["mechanisms", "rules"] as const)(
    "%s.yaml is what its schema says, and names it",
    (kind) => {
      const text = readFileSync(new URL(`config/${kind}.yaml`, root), "utf8");
      const [, schema] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
      const file = new URL(schema ?? "", new URL("config/", root));
      const written: unknown = JSON.parse(readFileSync(file, "utf8"));
      expect(written).toEqual(schemas[kind]);
      expect(marks(kind, parse(text))).toEqual([]);
    },
  );

  test("every example of the page is what its schema says", () => {
    const page = readFileSync(new URL("docs/documents.md", root), "utf8");
    const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = ""]) => {
      const value: unknown = parse(text);
      return typeof value === "object" && value !== null ? [value] : [];
    });
    expect(examples.length).toBeGreaterThan(12);
    for (const example of examples) {
      if ("rules" in example) expect(marks("rules", example)).toEqual([]);
      else expect(marks("mechanisms", { mechanisms: {}, ...example })).toEqual([]);
    }
  });
});

/** Mistakes of form, and documents of an unusual form: the editor and the compiler agree on each. */
const forms: readonly (readonly [name: string, pair: { mechanisms?: string; rules?: string }])[] = [
  ["the pair", {}],
  ["an unknown key", { mechanisms: spoil(mechanisms, "nonce_required", "nonce_requird") }],
  ["an unknown key in a rule", { rules: spoil(rules, "forward_to", "forward") }],
  ["a duration without unit", { mechanisms: spoil(mechanisms, "max_age: 1m", "max_age: 60") }],
  [
    "a duration from the environment",
    { mechanisms: spoil(mechanisms, "max_age: 1m", 'max_age: "${AGE:-1m}"') },
  ],
  [
    "a switch from the environment",
    { mechanisms: spoil(mechanisms, "nonce_required: true", 'nonce_required: "${NONCE:-true}"') },
  ],
  [
    "a type from the environment",
    { mechanisms: spoil(mechanisms, "type: noop", 'type: "${TYPE:-noop}"') },
  ],
  [
    "a number from the environment",
    { mechanisms: `replay: {shards: "\${SHARDS:-4}"}\n${mechanisms}` },
  ],
  ["no shards", { mechanisms: `replay: {shards: 0}\n${mechanisms}` }],
  ["half a shard", { mechanisms: `replay: {shards: 1.5}\n${mechanisms}` }],
  ["a symmetric algorithm", { mechanisms: spoil(mechanisms, "[RS256, ES256]", "[HS256]") }],
  ["an empty list", { mechanisms: spoil(mechanisms, "[RS256, ES256]", "[]") }],
  ["an ignored key", { mechanisms: `log: {level: debug}\n${mechanisms}` }],
  [
    "a contextualizer",
    {
      mechanisms: spoil(
        mechanisms,
        "  finalizers:\n",
        "  contextualizers: [{id: x}]\n  finalizers:\n",
      ),
    },
  ],
  ["cel", { mechanisms: spoil(mechanisms, "type: deny", "type: cel") }],
  ["generation", { mechanisms: `replay: {mode: generation}\n${mechanisms}` }],
  [
    "a condition",
    {
      rules: spoil(
        rules,
        "authenticator: dpop_jwt\n",
        "authenticator: dpop_jwt\n        if: 'true'\n",
      ),
    },
  ],
  [
    "two mechanisms in a step",
    {
      rules: spoil(
        rules,
        "- authenticator: dpop_jwt\n",
        "- {authenticator: dpop_jwt, finalizer: who}\n",
      ),
    },
  ],
  [
    "two ways to match",
    { rules: spoil(rules, "      methods: [GET, POST]\n", "      path: /x\n") },
  ],
  ["a step's unknown key", { rules: spoil(rules, "          claims: |", "          claimz: |") }],
  [
    "an endpoint as a URL",
    {
      mechanisms: spoil(
        mechanisms,
        "{url: https://idp.example/certs}",
        "https://idp.example/certs",
      ),
    },
  ],
  [
    "an endpoint as a number",
    { mechanisms: spoil(mechanisms, "{url: https://idp.example/certs}", "5") },
  ],
  [
    "a mapping that is empty",
    { mechanisms: spoil(mechanisms, "timeout: {read: 20s}", "timeout:") },
  ],
  ["no mechanisms", { mechanisms: "serve: {}\n" }],
];

describe("the editor and the compiler agree", () => {
  test.each(forms)("on %s", (_, pair) => {
    const marked = [
      ...marks("mechanisms", parse(pair.mechanisms ?? mechanisms)),
      ...marks("rules", parse(pair.rules ?? rules)),
    ];
    expect(marked.length > 0).toBe(!compilePair(pair).ok);
  });

  const whole = { mechanisms: parse(mechanisms), rules: parse(rules) };
  const values = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      "",
      "x",
      "10s",
      5,
      0,
      1.5,
      true,
      [],
      {},
      ["x"],
      [{}],
      { id: "x" },
      "https://a.example",
      "/a",
      "dpop",
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const edit = fc.record({
    steps: fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }),
    rename: fc.boolean(),
    value: values,
  });

  test.each(["mechanisms", "rules"] as const)("on %s of any form", (kind) => {
    const schema = kind === "mechanisms" ? mechanismsDocument : rulesDocument;
    fc.assert(
      fc.property(edit, ({ steps, rename, value }) => {
        const changed = edited(whole[kind], steps, rename, value);
        const marked = marks(kind, changed);
        const result = schema.safeParse(changed);
        // Notes are issues too, and limits that only the meaning has.
        const issues = result.success
          ? []
          : result.error.issues.filter((issue) => issue.code !== "custom");
        if (marked.length === 0) expect(issues).toEqual([]);
        const text = JSON.stringify(changed);
        if (marked.length > 0) expect(problemsOf(compilePair({ [kind]: text }))).not.toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

function edited(node: unknown, steps: readonly number[], rename: boolean, value: unknown): unknown {
  const [first, ...rest] = steps;
  if (first === undefined || typeof node !== "object" || node === null) return value;
  const entries = Object.entries(node);
  const at = entries.length === 0 ? 0 : first % entries.length;
  const changed = entries.map(([key, member], index): [string, unknown] => {
    if (index !== at) return [key, member];
    if (rename && rest.length === 0) return [`${key}x`, member];
    return [key, edited(member, rest, rename, value)];
  });
  return Array.isArray(node) ? changed.map(([, member]) => member) : Object.fromEntries(changed);
}

/** Every member of every object in a schema, where it is described. */
function describedKeys(node: unknown): { key: string; description: unknown }[] {
  if (typeof node !== "object" || node === null) return [];
  const properties: unknown = Reflect.get(node, "properties");
  const own =
    typeof properties === "object" && properties !== null && !Array.isArray(node)
      ? Object.entries(properties).map(([key, value]: [string, unknown]) => ({
          key,
          description: descriptionOf(value),
        }))
      : [];
  return [...own, ...Object.values(node).flatMap(describedKeys)];
}

function descriptionOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const reference: unknown = Reflect.get(value, "$ref");
  if (typeof reference === "string") return reference;
  return Reflect.get(value, "description");
}
