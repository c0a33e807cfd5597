import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { mechanisms, rules, spoil } from "../../core/documents/pair.ts";
import { cli, root } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder with a pair of documents in it. */
function pair(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(join(path, "rules"), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

const right = pair("right", { "mechanisms.yaml": mechanisms, "rules.yaml": rules });
const wrong = pair("wrong", {
  "mechanisms.yaml": spoil(mechanisms, "nonce_required", "nonceRequired"),
  "rules.yaml": spoil(rules, "authenticator: dpop_jwt", "authenticator: dpop"),
});

describe("dpop-edge check", () => {
  test("the shipped documents are right", async () => {
    expect(await cli(["check", "--target", "cloudflare"])).toEqual({
      code: 0,
      stdout: "The documents are right: 1 rule.\n",
      stderr: "",
    });
  });

  test("says every problem of both documents, and exits with 1", async () => {
    const { code, stdout, stderr } = await cli(["check", "--config", wrong]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")).toEqual([
      `${wrong}/mechanisms.yaml:24:35 mechanisms.authenticators[2].config.assertions.proof_of_possession.config.nonceRequired: unknown key nonceRequired`,
      "  did you mean nonce_required?; allowed: max_age, nonce_required, enforcement, required_for, confidential_clients, replay_allowed",
      `${wrong}/rules.yaml:13:24 rules[0].execute[0].authenticator: no such mechanism among mechanisms.authenticators, found "dpop"`,
      "  allowed: deny_all, anyone, dpop_jwt",
      "2 problems in the documents: nothing was compiled.",
      "",
    ]);
  });

  test("as JSON", async () => {
    const { code, stdout } = await cli(["check", "--config", wrong, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [
        { line: 24, column: 35, suggestion: "did you mean nonce_required?" },
        { line: 13 },
      ],
      notes: [],
    });
    expect(JSON.parse((await cli(["check", "--config", right, "--json"])).stdout)).toEqual({
      ok: true,
      problems: [],
      notes: [],
    });
  });

  test("--config wins over DPOP_EDGE_CONFIG, and that over config", async () => {
    expect((await cli(["check"], { env: { DPOP_EDGE_CONFIG: wrong } })).code).toBe(1);
    expect(
      (await cli(["check", "--config", right], { env: { DPOP_EDGE_CONFIG: wrong } })).code,
    ).toBe(0);
  });

  test("reads heimdall-config.yaml and rules/*.yaml", async () => {
    const path = pair("heimdall", {
      "heimdall-config.yaml": mechanisms,
      "rules/b.yaml": rules.replace("upstream:api", "b"),
      "rules/a.yaml": "rules: [{id: a, match: {path: /a}}]",
      "rules/notes.txt": "not a rule set",
    });
    expect(await cli(["check", "--config", path])).toMatchObject({
      code: 0,
      stdout: "The documents are right: 2 rules.\n",
    });
  });

  test.each([
    ["without rules", { "mechanisms.yaml": mechanisms }, "there is no rules.yaml"],
    ["without mechanisms", { "rules.yaml": rules }, "there is no mechanisms.yaml"],
    [
      "with two of a kind",
      { "mechanisms.yaml": mechanisms, "heimdall-config.yaml": mechanisms, "rules.yaml": rules },
      "keep one of them",
    ],
    [
      "with rules.yml",
      { "mechanisms.yaml": mechanisms, "rules.yml": rules },
      "there is no rules.yaml, or rules/*.yaml\n  rename rules.yml to rules.yaml",
    ],
  ])("a folder %s", async (name, files, says) => {
    const { code, stderr } = await cli(["check", "--config", pair(name, files)]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(says)]);
  });

  test("what is no file is a problem among the others", async () => {
    const path = pair("no-file", { "mechanisms.yaml": mechanisms, "rules/a.yaml": rules });
    mkdirSync(join(path, "rules.yaml"));
    const { code, stderr } = await cli(["check", "--config", path]);
    expect([code, stderr]).toEqual([
      1,
      `${path}/rules.yaml: this is no file that can be read (EISDIR)\n1 problem in the documents: nothing was compiled.\n`,
    ]);
  });

  test("secrets on disk are for others than Cloudflare", async () => {
    const path = pair("disk", {
      "mechanisms.yaml": spoil(mechanisms, "{secret: SIGNING_KEY_PEM}", "{path: key.pem}"),
      "rules.yaml": rules,
    });
    expect((await cli(["check", "--config", path])).code).toBe(0);
    expect((await cli(["check", "--config", path, "--target", "node"])).code).toBe(0);
    const refused = await cli(["check", "--config", path, "--target", "cloudflare"]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining("npx wrangler secret put SIGNING_KEYS"),
    ]);
  });
});

describe("dpop-edge compile", () => {
  test("writes a module that the Worker is bundled with", async () => {
    const { code } = await cli(["compile", "--config", right], { cwd: folder });
    expect(code).toBe(0);
    const out = join(folder, "build/documents.js");
    const compiled: { default: unknown } = await import(out);
    expect(compiled.default).toMatchObject({
      publicOrigins: ["https://api.example.com"],
      rules: [{ id: "upstream:api" }],
    });
    expect(readFileSync(out.replace(".js", ".d.ts"), "utf8")).toContain("Equipped");
  });

  test("imports the code of the mechanisms that the documents use, and no other", async () => {
    const path = pair("mechanisms", {
      "mechanisms.yaml": spoil(
        mechanisms,
        "  finalizers:\n",
        "  contextualizers:\n    - {id: names, type: map, config: {items: {who: alice}}}\n  finalizers:\n    - {id: unused, type: cookie, config: {cookies: {who: alice}}}\n",
      ),
      "rules.yaml": spoil(
        rules,
        "      - finalizer: internal_token\n",
        "      - contextualizer: names\n      - finalizer: internal_token\n",
      ),
    });
    const out = join(folder, "mechanisms.js");
    expect((await cli(["compile", "--config", path, "--out", out])).code).toBe(0);
    const text = readFileSync(out, "utf8");
    expect(text.match(/^import .*$/gm)).toEqual([
      'import { map } from "dpop-edge/mechanisms/map";',
    ]);
    expect(text).toContain("mechanisms: { map }");
  });

  test("writes a module under Node's own ending, and its types beside it", async () => {
    const out = join(folder, "own.mjs");
    expect((await cli(["compile", "--config", right, "--out", out])).code).toBe(0);
    const compiled: { default: unknown } = await import(out);
    expect(compiled.default).toMatchObject({ rules: [{ id: "upstream:api" }] });
    expect(readFileSync(join(folder, "own.d.mts"), "utf8")).toContain("Equipped");
  });

  test.each([
    ["what is no module", join(folder, "own.json"), "--out must name a .js or .mjs file"],
    ["what is a folder", pair("folder.js", {}), "is a directory"],
  ])("does not write to %s", async (_, out, says) => {
    const { code, stdout, stderr } = await cli(["compile", "--config", right, "--out", out]);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(says)]);
  });

  test("writes nothing when the documents are wrong", async () => {
    const out = join(folder, "nothing.js");
    expect((await cli(["compile", "--config", wrong, "--out", out])).code).toBe(1);
    expect(() => readFileSync(out)).toThrow("ENOENT");
  });

  test("is for Cloudflare unless it is told otherwise", async () => {
    const path = pair("nowhere", {
      "mechanisms.yaml": mechanisms,
      "rules.yaml": spoil(rules, '    forward_to: {host: "upstream.example:8081"}\n', ""),
    });
    const out = join(folder, "target.js");
    expect((await cli(["compile", "--config", path, "--out", out])).code).toBe(1);
    expect((await cli(["compile", "--config", path, "--out", out, "--target", "node"])).code).toBe(
      0,
    );
  });
});

describe("the command line", () => {
  test.each([
    ["--help"],
    ["check", "--help"],
    ["compile", "--help"],
    ["secret", "--help"],
    ["secret", "master-key", "--help"],
    ["secret", "signing-key", "--help"],
    ["dev", "--help"],
  ])("%s %s %s has an example", async (...args) => {
    const { code, stdout } = await cli(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Example:\s+dpop-edge /);
  });

  test("the codes that it ends with are written down", async () => {
    expect((await cli(["--help"])).stdout).toMatch(
      /Exit codes:\n {2}0 .*\n {2}1 .*documents are wrong\n {2}2 .*not understood/,
    );
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(await cli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each([
    [["chek"], "Did you mean check?"],
    [["check", "--confg", "x"], "Did you mean --config?"],
    [["check", "--target", "azure"], "cloudflare, aws, node"],
    [["check", "--config", "no-such-folder"], "There is no folder no-such-folder"],
    [["check", "superfluous"], "too many arguments"],
    [["secret", "master-kye"], "Did you mean master-key?"],
    [["secret"], "Usage: dpop-edge secret"],
    [[], "Usage: dpop-edge"],
  ])("%j was not understood", async (args, says) => {
    const { code, stdout, stderr } = await cli(args);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(says)]);
  });
});
