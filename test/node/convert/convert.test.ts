import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { convert } from "../../../cli/convert/convert.ts";
import { problemsOf } from "../../../cli/convert/leftovers.ts";
import { cli } from "../cli/run-cli.ts";
import { config14, main, resources, rules14 } from "./documents.ts";

type Files = Readonly<Record<string, string>>;

function converted(files: Files) {
  const sources = Object.entries(files).map(([file, text]) => ({ file, text }));
  const result = convert(sources);
  const texts = Object.fromEntries(result.files.map(({ name, text }) => [name, text]));
  return { ...result, texts, todos: result.files.flatMap(({ todos }) => todos) };
}

const pairs: ReadonlyArray<readonly [name: string, files: Files]> = [
  ["0.14", { "heimdall-config.yaml": config14, "rules.yaml": rules14 }],
  ["resources", { "rules.yaml": resources }],
  ["main", { "heimdall-config.yaml": main }],
];

test.each(pairs)("converting what was converted changes nothing: %s", (_, files) => {
  const once = converted(files);
  const twice = converted(once.texts);
  expect(twice.texts).toEqual(once.texts);
  expect(twice.todos).toEqual(once.todos);
});

describe("a configuration of 0.14", () => {
  const { versions, texts, todos } = converted(pairs[0]?.[1] ?? {});
  const mechanisms: unknown = parse(texts["mechanisms.yaml"] ?? "");
  const rules: unknown = parse(texts["rules.yaml"] ?? "");

  test("is recognised, and its comments stay", () => {
    expect(versions).toEqual(["0.14"]);
    expect(texts["mechanisms.yaml"]).toContain("# The old one.");
    expect(texts["mechanisms.yaml"]).toContain("# upstreams are slow");
    expect(texts["rules.yaml"]).toContain("# the shop's");
  });

  test("is written in today's spelling, with no secret in it", () => {
    expect(mechanisms).toMatchObject({
      serve: { timeout: { read: "10s" } },
      management: { port: 4457 },
      secret_management: {
        signing_keys: { type: "pem", config: { secret: "SIGNING_KEYS" } },
        mechanism_secrets: { type: "inline", config: { secret: "MECHANISM_SECRETS" } },
      },
      mechanisms: {
        authenticators: [
          {},
          {
            config: {
              principal: { id: "sub" },
              jwks_endpoint: {
                auth: {
                  config: {
                    user_id: "edge",
                    password: { source: "mechanism_secrets", selector: "tokens" },
                  },
                },
              },
            },
          },
        ],
        finalizers: [
          { config: { signer: { source: "signing_keys", selector: "first", name: "heimdall" } } },
        ],
      },
    });
    expect(JSON.stringify([mechanisms, rules])).not.toMatch(
      /VerySecret|key_store|allow_fallback|insecure|"methods":\["GET"\],"execute"/,
    );
  });

  test("matches what it matched, and nothing more", () => {
    expect(rules).toMatchObject({
      version: "1beta1",
      rules: [
        { id: "orders", match: { routes: [{ path: "/orders/:part1" }], methods: ["GET"] } },
        {
          id: "rest",
          match: {
            routes: [
              {
                path: "/:part1/**",
                captures: [{ name: "part1", type: "glob", value: "{a,b}" }],
              },
            ],
            hosts: ["shop.example"],
            methods: ["POST"],
          },
        },
      ],
    });
  });

  test("leaves to a person what only a person knows", () => {
    const asked = todos.map(({ question }) => question);
    expect(new Set(asked)).toEqual(
      new Set(["public-origin", "http", "secret", "fallback", "matching", "left"]),
    );
    const said = todos.map(({ says }) => says).join("\n");
    expect(said).toContain("the value of IDP_PASSWORD");
    expect(said).toContain(`X-Api-Key: \${API_KEY} would be written into the build`);
    expect(said).toContain("the next less specific rule is asked: see that it may pass rest");
    for (const { name, text, todos: own } of convert(
      Object.entries(pairs[0]?.[1] ?? {}).map(([file, source]) => ({ file, text: source })),
    ).files) {
      for (const { line, says } of own) {
        expect(text.split("\n")[line - 1], name).toContain(says);
      }
    }
  });
});

describe("resources of Kubernetes", () => {
  const { texts, todos, versions } = converted(pairs[1]?.[1] ?? {});

  test("become rule sets, one file each", () => {
    expect(versions).toEqual(["0.15 to 0.17"]);
    expect(Object.keys(texts)).toEqual(["rules/01-first.yaml", "rules/02-second.yaml"]);
    expect(texts["rules/01-first.yaml"]).toContain("# kept");
    expect(parse(texts["rules/01-first.yaml"] ?? "")).toEqual({
      version: "1beta1",
      name: "first",
      rules: [
        {
          id: "one",
          match: {
            routes: [{ path: "/a/:x", captures: [{ name: "x", type: "glob", value: "*b" }] }],
            hosts: ["shop.example", "*.shop.example"],
          },
          execute: [{ authenticator: "tokens" }, { authenticator: "others" }],
        },
      ],
    });
  });

  test("a host that cannot be said stays as it is, and does not compile", () => {
    expect(parse(texts["rules/02-second.yaml"] ?? "")).toMatchObject({
      rules: [{ match: { hosts: [{ type: "regex", value: ".*" }] } }],
    });
    expect(todos.map(({ question }) => question)).toEqual(["matching", "fallback", "matching"]);
  });
});

describe("a configuration of main", () => {
  const { texts, todos } = converted(pairs[2]?.[1] ?? {});

  test("keeps its secrets by name", () => {
    expect(parse(texts["mechanisms.yaml"] ?? "")).toMatchObject({
      secret_management: {
        keys: { type: "pem", config: { secret: "KEYS" } },
        values: { type: "inline", config: { secret: "VALUES" } },
      },
    });
    expect(texts["mechanisms.yaml"]).not.toMatch(/API_KEY|PASSWORD\}|watch/);
    expect(texts["mechanisms.yaml"]).toContain(".Request.URL.Path");
    expect(todos.map(({ says }) => says)).toContain(
      'store {"key": "...", "user/user_id": "...", "user/password": "..."} as the secret VALUES, with the values that stood here',
    );
  });

  test("compiles", () => {
    const rules =
      "rules: [{id: a, match: {routes: [{path: /a}]}, forward_to: {host: a.example}}]\n";
    const files = Object.entries({ ...texts, "rules.yaml": rules });
    expect(problemsOf(files.map(([name, text]) => ({ name, text })))).toEqual([]);
  });
});

describe("dpop-edge convert", () => {
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-convert-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "old"));
  writeFileSync(join(folder, "old", "heimdall-config.yaml"), main);
  writeFileSync(
    join(folder, "old", "rules.yaml"),
    "rules: [{id: a, match: {path: /a}, forward_to: {host: a.example}}]\n",
  );

  test("writes the pair, says what is left, and exits as check does", async () => {
    const { code, stdout } = await cli(["convert", "old", "--out", "new"], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^new\/mechanisms\.yaml:\d+ public-origin: write serve/m);
    expect(stdout).toContain("Read as Heimdall main; wrote mechanisms.yaml, rules.yaml to new.\n");
    expect(await cli(["check", "--config", "new"], { cwd: folder })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "old", "heimdall-config.yaml"), "utf8")).toBe(main);
  });

  test("--json", async () => {
    const { stdout } = await cli(["convert", "old", "--out", "json", "--json"], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      versions: ["main"],
      problems: 0,
      files: ["json/mechanisms.yaml", "json/rules.yaml"],
      questions: [
        { question: "public-origin", line: 1 },
        { question: "secret" },
        { question: "secret" },
      ],
    });
  });

  test.each([
    [["old", "--out", "old"], /another folder/],
    [["nowhere", "--out", "new"], /There is no nowhere/],
    [
      ["old/heimdall-config.yaml", "old/heimdall-config.yaml", "--out", "x"],
      /second configuration/,
    ],
  ])("%s is refused", async (args, says) => {
    const { code, stderr } = await cli(["convert", ...args], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});
